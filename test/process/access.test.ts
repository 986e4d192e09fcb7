import { describe, expect, it } from 'vitest'
import { databaseForTest } from '../support/database.ts'
import { runCommand, startProcess } from '../support/process.ts'

const key = (DATABASE_URL: string, ...words: string[]) => runCommand('key', { DATABASE_URL }, ...words)

describe('a service that others could reach', () => {
  it('does not start without authentication, and says why', async () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'reckon.example', '127.0.0.1.example']) {
      const started = startProcess({ HOST, DATABASE_URL: 'postgres://nowhere' })
      await expect(started, HOST).rejects.toThrow(/no authentication is configured.*AUTH=keys/)
    }
    await expect(startProcess({ HOST: '0.0.0.0', AUTH: 'none' })).rejects.toThrow(/no authentication/)
  })

  it('does not start with half of the settings of tokens', async () => {
    await expect(startProcess({ JWT_ISSUER: 'https://login.example' })).rejects.toThrow(/Tokens need/)
    const all = { JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_JWKS_URL: 'https://login.example/jwks' }
    await expect(startProcess({ ...all, JWT_JWKS_FILE: '/jwks.json' })).rejects.toThrow(/one of/)
    await expect(startProcess({ ...all, AUTH: 'none' })).rejects.toThrow(/contradict/)
    await expect(startProcess({ ...all, JWT_JWKS_URL: 'http://login.example' })).rejects.toThrow(
      /JWT_JWKS_URL/,
    )
  })

  it('asks for a key, the first of which comes from the command', async () => {
    const DATABASE_URL = await databaseForTest()
    const service = await startProcess({ HOST: '0.0.0.0', AUTH: 'keys', DATABASE_URL })
    const url = service.url.replace('0.0.0.0', '127.0.0.1')
    const status = async (secret?: string, path = '/v1/keys') =>
      (
        await fetch(
          url + path,
          secret === undefined ? {} : { headers: { authorization: `Bearer ${secret}` } },
        )
      ).status
    expect(await status()).toBe(401)
    expect(await status(undefined, '/readyz')).toBe(200)

    const made = key(DATABASE_URL, 'create', '--name', 'first', '--scopes', 'admin')
    expect(made.status, made.stderr).toBe(0)
    expect(made.stdout).toMatch(/^rk_[a-z0-9]+_[A-Za-z0-9_-]{43}\n$/)
    const secret = made.stdout.trim()
    expect(await status(secret)).toBe(200)

    const listed = key(DATABASE_URL, 'list')
    expect(listed.stdout).toMatch(/^key_[a-z0-9]+\tfirst\tadmin\tno end\n$/)
    expect(listed.stdout).not.toContain(secret)
    const [id = ''] = listed.stdout.split('\t')
    expect(key(DATABASE_URL, 'revoke', id).status).toBe(0)
    await expect.poll(() => status(secret), { timeout: 7_000, interval: 200 }).toBe(401)
    service.child.kill('SIGTERM')
    expect(await service.exited).toBe(0)
  })

  it('makes no key of what is not understood', async () => {
    const DATABASE_URL = await databaseForTest()
    for (const words of [
      [],
      ['create'],
      ['create', '--name', 'x', '--scopes', 'root'],
      ['create', '--name', 'x', '--workspace', 'public'],
      ['create', '--name', 'x', '--expires', '2020-01-01T00:00:00Z'],
      ['revoke', 'key_none'],
    ])
      expect(key(DATABASE_URL, ...words).status, words.join(' ')).not.toBe(0)
    expect(key(DATABASE_URL, 'list').stdout).toBe('')
  })
})
