import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const text = readFileSync(new URL('SECURITY.md', root), 'utf8')
const rows = text
  .slice(text.indexOf('## Threats and controls'), text.indexOf('## Known limits'))
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.startsWith('| threat'))
  .map(line => line.slice(2, -2).split(' | '))

/** Files of tests that a text names. */
const named = (words: string): string[] =>
  [...words.matchAll(/`(test\/[\w/.-]+\.test\.ts)`/g)].map(([, file = '']) => file)

describe('the table of threats', () => {
  it('has a control and a test for each of them', () => {
    expect(rows.length).toBeGreaterThan(25)
    for (const [threat, control, ...held] of rows) {
      expect(held, threat).toHaveLength(1)
      expect(control?.length, threat).toBeGreaterThan(10)
      expect(named(held[0] ?? ''), threat).not.toEqual([])
    }
  })

  it('names tests that there are', () => {
    for (const file of named(text)) expect(existsSync(new URL(file, root)), file).toBe(true)
  })

  it('names every attack', () => {
    const attacks = readdirSync(new URL('test/attack', root)).filter(
      file => file !== 'security-table.test.ts',
    )
    expect(attacks.length).toBeGreaterThan(10)
    for (const file of attacks) expect(named(text), file).toContain(`test/attack/${file}`)
  })

  it('has the ten of OWASP that concern a service which follows no address and trusts no other', () => {
    const covered = new Set([...text.matchAll(/\(API(\d+)\)/g)].map(([, number]) => number))
    // 6 is about what a business sells, 10 about services that are called.
    expect([...covered].map(Number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 7, 8, 9])
  })
})
