import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { authentication } from '../../src/http/authentication.ts'
import { openLog } from '../../src/log.ts'
import { makeKey, useKeyedService } from '../support/keys.ts'

const service = useKeyedService({ worker: false })

/** A service whose log is read, and what it has logged. */
async function logged(): Promise<{ url: string; linesSoFar: () => Promise<string[]> }> {
  const directory = mkdtempSync(join(tmpdir(), 'reckon-log-'))
  const file = join(directory, 'log')
  const { installation } = service
  const { log, flush } = openLog('trace', file)
  const principal = authentication(installation.store, {
    clock: () => new Date(),
    onError: error => {
      throw error
    },
  })
  const app = await buildApp({ ...installation, log, principal })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    await principal.close()
    rmSync(directory, { recursive: true })
  })
  const linesSoFar = async () => {
    flush()
    // What was being written already when it was flushed.
    await sleep(200)
    return readFileSync(file, 'utf8').trimEnd().split('\n')
  }
  return { url, linesSoFar }
}

const scenario = (name: string) => ({
  name,
  estimator: 'training',
  inputs: { trainingPfDays: 268, throughput: { flopPerSecond: 125e12 } },
})

describe('the log', () => {
  it('has nothing of what a caller sends, wherever it stands, however it is answered', async () => {
    const { url, linesSoFar } = await logged()
    const { key } = await makeKey(service, { scopes: ['admin'] })
    const send = (path: string, more: RequestInit & { headers?: Record<string, string> } = {}) =>
      fetch(url + path, { ...more, headers: { authorization: `Bearer ${key}`, ...more.headers } })
    const post = (path: string, body: string, headers = {}) =>
      send(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

    const markers = {
      key: key.slice(-43),
      'wrong key': 'QW'.repeat(21),
      query: 'markerquery',
      path: 'markerpath',
      value: 'markervalue',
      member: 'markermember',
      header: 'markerheader',
      cookie: 'markercookie',
      'idempotency key': 'markeridempotency',
      table: 'markertable',
      'unreadable body': 'markerbroken',
      'missing address': 'markernowhere',
    }
    const statuses = [
      await post('/v1/scenarios', JSON.stringify(scenario(markers.value)), {
        'idempotency-key': markers['idempotency key'],
        'x-api-key': markers.header,
        cookie: `session=${markers.cookie}`,
      }),
      await post('/v1/scenarios', JSON.stringify(scenario(markers.value))),
      await post('/v1/scenarios', JSON.stringify({ [markers.member]: 1 })),
      await post('/v1/scenarios', `{"${markers['unreadable body']}`),
      await post('/v1/scenarios', 'x', { 'content-type': `text/${markers.header}` }),
      await send(`/v1/scenarios?q=${markers.query}`),
      await send(`/v1/scenarios?${markers.query}=1`),
      await send(`/v1/scenarios/${markers.path}`),
      await send(`/${markers['missing address']}/%zz`),
      await send(`/${markers['missing address']}?token=${markers.query}`),
      await send('/v1/scenarios', { headers: { authorization: `Bearer rk_x_${markers['wrong key']}A` } }),
      await send('/v1/scenarios', { headers: { 'if-none-match': `"${markers.header}` } }),
      await send('/v1/datasets/games_gpc/observations/import', {
        method: 'POST',
        body: `${markers.table},value\n1,2\n`,
        headers: { 'content-type': 'text/csv', 'if-match': '*' },
      }),
      await send(`/v1/shared/rs_${markers.path}_x`),
    ].map(({ status }) => status)
    const lines = await linesSoFar()
    expect(new Set(statuses).size).toBeGreaterThan(5)
    expect(lines.filter(line => line.includes('"request"')).length).toBeGreaterThanOrEqual(
      statuses.length - 1,
    )
    for (const [what, marker] of Object.entries(markers)) {
      const telling = lines.filter(line => line.toLowerCase().includes(marker.toLowerCase()))
      expect(telling, what).toEqual([])
    }
  })

  it('has nothing of a row that the database refuses, and still says what failed', async () => {
    const { url, linesSoFar } = await logged()
    const { key } = await makeKey(service, { scopes: ['write'] })
    const client = new pg.Client({ connectionString: service.databaseUrl })
    await client.connect()
    onTestFinished(() => client.end())
    for (const table of ['document', 'scenario'])
      await client.query(`ALTER TABLE ${table} ADD CONSTRAINT refused CHECK (false) NOT VALID`)
    onTestFinished(async () => {
      for (const table of ['document', 'scenario'])
        await client.query(`ALTER TABLE ${table} DROP CONSTRAINT refused`)
    })
    for (const [path, body] of [
      ['/v1/companies', { id: 'markerid', name: { en: 'markername', zh: 'markername' }, note: 'markernote' }],
      ['/v1/scenarios', { ...scenario('markername'), description: 'markernote' }],
    ] as const) {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(answer.status, path).toBe(500)
      expect(await answer.text()).not.toMatch(/marker|refused|constraint|node_modules|\bat .*\.ts/)
    }
    const errors = (await linesSoFar()).filter(line => line.includes('"err"'))
    expect(errors).toHaveLength(2)
    for (const line of errors) {
      expect(line).toMatch(/23514|refused/)
      expect(line).not.toMatch(/marker/)
    }
  })

  it('cannot be made to say what a caller makes up', async () => {
    const { url, linesSoFar } = await logged()
    const forged = '{"level":60,"msg":"forged"}'
    for (const text of ['%0a', '%0d%0a', '%E2%80%A8', '%1b[2K']) {
      await fetch(`${url}/v1/scenarios/x${text}${encodeURIComponent(forged)}`)
      await fetch(`${url}/nothing${text}${encodeURIComponent(forged)}`, { method: 'POST' })
    }
    const lines = await linesSoFar()
    for (const line of lines) {
      for (const control of ['\r', '\u2028', '\u001b']) expect(line).not.toContain(control)
      expect(JSON.parse(line).msg).not.toBe('forged')
      expect(line).not.toContain('forged')
    }
    expect(lines.length).toBeGreaterThan(5)
  })
})
