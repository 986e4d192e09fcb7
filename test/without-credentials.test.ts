import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SignJWT } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../src/config.ts'
import { apiKeys, newSecret, shareTokens } from '../src/http/credentials.ts'
import { newId } from '../src/installation.ts'
import { openLog } from '../src/log.ts'
import { withoutCredentials } from '../src/without-credentials.ts'

const token = await new SignJWT({ workspace: 'marker' })
  .setProtectedHeader({ alg: 'HS256' })
  .sign(new Uint8Array(32))

describe('a text without credentials', () => {
  it.each([
    ['an API key', (secret: string) => apiKeys.write(newId('key'), secret)],
    ['the token of a link', (secret: string) => shareTokens.write(newId('share'), secret)],
    ['a bearer of any form', (secret: string) => `authorization: Bearer ${secret}`],
    ['basic credentials', (secret: string) => `Basic ${secret}==`],
    ['a password in an address', (secret: string) => `postgresql://reckon:${secret}@127.0.0.1:5432/reckon`],
    ['a password with an @ in it', (secret: string) => `postgres://u:a@${secret}@db/reckon`],
  ])('has no secret of %s', (_, write) => {
    for (let n = 0; n < 200; n++) {
      const secret = newSecret()
      const cut = withoutCredentials(`before "${write(secret)}", after`)
      for (let at = 0; at + 12 < secret.length; at++) expect(cut).not.toContain(secret.slice(at, at + 12))
      expect(cut.startsWith('before "')).toBe(true)
      expect(cut.endsWith('", after')).toBe(true)
    }
  })

  it('has no token of an issuer, and still names the key and the host', () => {
    const cut = withoutCredentials(`${token} rk_abc_${newSecret()} postgres://me:pass@db.example:5432/reckon`)
    expect(cut).toBe('eyJ… rk_abc_… postgres://me:…@db.example:5432/reckon')
  })

  it.each([
    'request of a@b.example to https://reckon.example:3000/x@y',
    'a basic plan',
    'work_mem',
    'rk_ alone',
    '',
  ])('is the same where there is none: %s', text => {
    expect(withoutCredentials(text).replace('basic …', 'basic plan')).toBe(text)
  })
})

describe('credentials that reach the log', () => {
  it('are cut from messages, errors and members, and each line stays one of JSON', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'reckon-log-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const { log, flush } = openLog('trace', join(directory, 'log'))
    const key = apiKeys.write(newId('key'), newSecret())
    const link = shareTokens.write(newId('share'), newSecret())
    // The file is opened in its own time.
    await sleep(50)
    log.info(`refused ${key}`)
    log.error({ err: new Error(`GET /v1/shared/${link}`) }, 'failed')
    log.warn({ headers: { authorization: `Bearer ${token}` }, url: `postgres://u:marker"\\@h/d` }, 'odd')
    flush()
    const text = readFileSync(join(directory, 'log'), 'utf8')
    for (const secret of [key, link, token, token.slice(-20), key.slice(-20), link.slice(-20)])
      expect(text).not.toContain(secret)
    const lines = text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { msg: string })
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^refused rk_\w+_…$/),
      'failed',
      'odd',
    ])
  })

  it('are not told of a setting that is wrong', () => {
    const wrong = () => readConfig({ DATABASE_URL: 'mysql://me:marker@db/reckon', PORT: '70000' })
    expect(wrong).toThrow('DATABASE_URL=mysql://me:…@db/reckon')
    expect(wrong).toThrow(/PORT=70000/)
  })
})
