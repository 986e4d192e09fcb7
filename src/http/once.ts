import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { digest } from '../digest.ts'
import type { KeptAnswer, Once } from '../store/access.ts'
import type { Store, Viewer, WriteOutcome } from '../store/store.ts'
import { HttpProblem } from './problem.ts'

/** An answer with a JSON body, as it is sent. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A write that answers a POST. */
interface Write<T> {
  /** Does the write as this viewer; called again only when nothing of it was written. */
  readonly work: (viewer: Viewer) => Promise<WriteOutcome<T>>
  /** What was written, or the problem that says why nothing was. */
  readonly written: (outcome: WriteOutcome<T>) => T
  /** The answer that the write gives by itself: it is kept in the same transaction. */
  readonly answer: (written: T) => Answer
  /** A fuller answer that the first caller waits for, up to so many seconds; it is kept instead. */
  readonly fuller?: { readonly within: number; readonly answer: (written: T) => Promise<Answer> }
}

/** Seconds beyond the wait after which a first request that has not settled its answer must have died. */
const grace = 5

const json = 'application/json; charset=utf-8'

/**
 * Answers a POST that writes. With an Idempotency-Key the write happens once, however often and however close
 * together it is sent, and every repetition gets the bytes of the first answer. Whatever fails leaves the key free.
 */
export async function sendOnce<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { answers }: Pick<Store, 'answers'>,
  { work, written, answer, fuller }: Write<T>,
): Promise<FastifyReply> {
  const key = idempotencyKey(request)
  if (key === null) {
    const made = written(await work(request.viewer))
    return send(reply, fuller ? await fuller.answer(made) : answer(made))
  }
  const seal = sealing(request, key)
  const { scope, fingerprint } = identityOf(request, key)
  const repeat = async (): Promise<FastifyReply | null> => {
    const kept = await answers.find(scope)
    if (kept === null) return null
    if (kept.fingerprint !== fingerprint) throw reused(key)
    if (!kept.settled) throw inProgress(key)
    const body = seal.open(kept.body)
    return send(reply.header('idempotency-replayed', 'true'), { ...kept, body })
  }

  const earlier = await repeat()
  if (earlier !== null) return earlier
  const sealed = ({ body, ...head }: Answer): KeptAnswer => ({ ...head, body: seal.close(body) })
  let first: Answer | undefined
  const once: Once = {
    scope,
    fingerprint,
    settlesWithin: fuller === undefined ? null : fuller.within + grace,
    answer: made => {
      first = answer(made as T)
      return sealed(first)
    },
  }
  const { viewer } = request
  const outcome = await work({ ...viewer, write: { ...viewer.write, once } })
  if ('refused' in outcome && outcome.refused === 'busy') throw inProgress(key)
  if ('refused' in outcome && outcome.refused === 'repeated') {
    const meanwhile = await repeat()
    if (meanwhile !== null) return meanwhile
    throw inProgress(key)
  }
  const made = written(outcome)
  if (fuller === undefined) return send(reply, first ?? answer(made))
  const last = await fuller.answer(made)
  await answers.settle(scope, sealed(last))
  return send(reply, last)
}

/** The JSON of a document, written as the schema of this status says. */
export const serialised = (reply: FastifyReply, document: object, status: number): string =>
  reply.serializeInput({ ...document }, String(status), 'application/json') as string

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply.code(status).headers(headers).type(json).send(body)
}

/** The Idempotency-Key: a quoted string (RFC 9651) or the bare text; a problem when it is neither. */
export function idempotencyKey({ headers }: FastifyRequest): string | null {
  const header = headers['idempotency-key']
  if (header === undefined) return null
  const text = String(header).trim()
  const key = /^"([\x20-\x21\x23-\x5b\x5d-\x7e]*)"$/.exec(text)?.[1] ?? text
  if (/^[\x21-\x7e]{1,255}$/.test(key) && !key.includes('"')) return key
  const detail = '"idempotency-key" must be 1 to 255 visible ASCII characters, such as a UUID.'
  throw new HttpProblem('malformed-request', detail, {
    errors: [{ parameter: 'idempotency-key', code: 'idempotency-key', detail }],
  })
}

function identityOf(request: FastifyRequest, key: string): { scope: string; fingerprint: string } {
  const { principal, method, routeOptions, url, body } = request
  return {
    scope: digest(JSON.stringify([principal.workspaceId, principal.id, method, routeOptions.url, key])),
    fingerprint: digest(`${url}\n${JSON.stringify(canonical(body))}`),
  }
}

/** A JSON value whose members stand in the order of their names. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (value === null || typeof value !== 'object') return value
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, canonical(member)]))
}

const nonceLength = 12
const tagLength = 16

/**
 * Encrypts kept answers (AES-256-GCM) under what only the caller has: its Idempotency-Key and its API key. Secrets
 * that are shown once, such as a new key, are then not shown a second time to whoever reads the database.
 */
function sealing({ headers, principal }: FastifyRequest, key: string) {
  const { authorization = '' } = headers
  // A token is renewed between two tries; an API key is not.
  const own = principal.id.startsWith('key:') ? authorization.replace(/^Bearer +/i, '').trim() : ''
  const secret = Buffer.from(hkdfSync('sha256', `${own}\n${key}`, principal.id, 'kept answer', 32))
  return {
    close: (text: string): Uint8Array => {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', secret, nonce)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
    },
    open: (bytes: Uint8Array): string => {
      const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, nonceLength))
      decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
      const sealed = bytes.subarray(nonceLength + tagLength)
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
    },
  }
}

const retryAfter = { 'retry-after': '1' }

const reused = (key: string): HttpProblem =>
  new HttpProblem(
    'idempotency-key-reused',
    `The Idempotency-Key "${key}" came with another body or address before; choose a new one.`,
    {
      errors: [
        { parameter: 'idempotency-key', code: 'reused', detail: 'It belongs to a request that differs.' },
      ],
    },
  )

const inProgress = (key: string): HttpProblem =>
  new HttpProblem(
    'request-in-progress',
    `The first request with the Idempotency-Key "${key}" has not been answered yet.`,
    { headers: retryAfter },
  )
