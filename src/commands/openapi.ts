import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordedAnswers } from '../http/examples.ts'

// Writes openapi/examples.json and openapi/openapi.json. The answers come from a real service on a database
// made for this; the document is then built by a second process, which finds them.
const document = new URL('../../openapi/openapi.json', import.meta.url)

if (process.argv.includes('--document')) {
  const { documentText } = await import('../contract.ts')
  writeFileSync(document, await documentText())
} else {
  const [{ startEmbeddedPostgres }, { answerExamples, openExampleService }, { spawnSync }] =
    await Promise.all([
      import('../store/embedded-postgres.ts'),
      import('../contract.ts'),
      import('node:child_process'),
    ])
  const directory = mkdtempSync(join(tmpdir(), 'reckon-openapi-'))
  const postgres = await startEmbeddedPostgres(directory, ['fsync=off'])
  try {
    const service = await openExampleService(postgres.url)
    const answers = await answerExamples(service.app)
    await service.close()
    writeFileSync(recordedAnswers, `${JSON.stringify(answers, null, 1)}\n`)
  } finally {
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
  const { status } = spawnSync(process.execPath, [new URL(import.meta.url).pathname, '--document'], {
    stdio: 'inherit',
  })
  process.exit(status ?? 1)
}
