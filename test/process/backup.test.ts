import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'
import { databaseForTest } from '../support/database.ts'
import { runCommand, startProcess } from '../support/process.ts'

describe('npm run backup and npm run restore', () => {
  it('take a running service to an embedded PostgreSQL of its own, on which it starts', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'reckon-backup-'))
    const DATA_DIR = join(directory, 'data')
    onTestFinished(async () => {
      await (await startEmbeddedPostgres(DATA_DIR)).stop()
      rmSync(directory, { recursive: true, force: true })
    })
    const file = join(directory, 'backup')
    const DATABASE_URL = await databaseForTest()
    const first = await startProcess({ DATABASE_URL })
    const resultAt = async (url: string): Promise<string> => {
      const { items } = (await (await fetch(`${url}/v1/scenarios?limit=1`)).json()) as {
        items: { id: string }[]
      }
      return (await fetch(`${url}/v1/scenarios/${items[0]?.id}/result`)).text()
    }
    const result = await resultAt(first.url)

    const taken = runCommand('backup', { DATABASE_URL }, '--to', file)
    expect(taken.stderr).toBe('')
    expect(taken.stdout).toMatch(/^scenario\t\d+$/m)
    expect(runCommand('backup', {}, '--check', file).stdout).toBe(taken.stdout)
    expect(runCommand('backup', { DATABASE_URL }, '--to', file).stderr).toMatch(/is there already/)

    expect(runCommand('restore', { DATABASE_URL }, '--from', file).stderr).toMatch(/not empty/)
    const restored = runCommand('restore', { DATA_DIR }, '--from', file)
    expect(restored.stderr).toBe('')
    expect(restored.stdout).toMatch(/^Restored \d+ rows of \d+ tables, .*; 0 runs wait for a worker\.\n$/)
    const second = await startProcess({ DATA_DIR })
    expect(await resultAt(second.url)).toBe(result)
    expect(JSON.parse(result).results).toBeDefined()
    for (const { child, exited } of [first, second]) {
      child.kill('SIGTERM')
      expect(await exited).toBe(0)
    }
  }, 60_000)

  it('say how they are used', () => {
    for (const command of ['backup', 'restore']) {
      const { status, stderr } = runCommand(command, {})
      expect(status).toBe(64)
      expect(stderr).toContain(`npm run ${command} -- --`)
    }
  })
})
