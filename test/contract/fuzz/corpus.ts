import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Expectation } from './checks.ts'
import type { Session } from './session.ts'

/** A request that once showed a defect. */
export interface CorpusCase {
  /** What went wrong, and the seed of the run that found it. */
  readonly found: string
  readonly operation: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Set where the body is bytes and not text. */
  readonly encoding?: 'base64'
  readonly expectation: Expectation
}

const folder = new URL('../corpus/', import.meta.url)

/** Writes each finding that one request shows as a case of the corpus. */
export function keepFindings({ findings, seed }: Session): void {
  mkdirSync(folder, { recursive: true })
  for (const { operation, violation, target, headers, body, expectation } of findings.values()) {
    const name = `${operation}-${violation.check}-${seed}`.replaceAll(/[^A-Za-z0-9]+/g, '-')
    const found = `${violation.check} (seed ${seed}): ${violation.detail.slice(0, 200)}`
    const kept: CorpusCase = {
      ...{ found, operation, target, headers, expectation },
      body: Buffer.isBuffer(body) ? body.toString('base64') : body,
      ...(Buffer.isBuffer(body) && { encoding: 'base64' as const }),
    }
    writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(kept, null, 2)}\n`)
  }
}

/** All cases of the corpus, by file. */
export function readCorpus(): { readonly file: string; readonly kept: CorpusCase }[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .map(file => ({ file, kept: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as CorpusCase }))
}
