import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { schemasOf } from '../support/writes.ts'

/** Longest that any text may hold up a pattern, in ms. */
const longest = 5
/** Characters of an attack. Validators look at the pattern of a text however long it is. */
const length = 100_000

/** Every pattern of the document. */
const patterns = new Set(
  [...schemasOf()].map(([, { pattern }]) => pattern).filter(pattern => typeof pattern === 'string'),
)

/** Headers and parts of them that the service reads by a pattern of its own, as the code has them. */
const ofHeaders: Readonly<Record<string, RegExp>> = {
  authorization: /^Bearer +([\x21-\x7e]+) *$/i,
  charset: /;\s*charset="?([^\s";]+)/i,
  'entity tags': /\s*(?:(W\/)?"([\x21\x23-\x7e]*)"\s*)?(?:,|$)/y,
  number: /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/,
}

/**
 * Texts of 100,000 characters that a pattern nearly takes: beginnings that it does take, with any of their parts
 * repeated, and a last character that it does not.
 */
function attacks(pattern: RegExp, size: number): string[] {
  const source = new RegExp(pattern.source, 'u')
  const samples = fc.sample(fc.stringMatching(source, { size: 'small' }), { numRuns: 6, seed: 7 })
  const parts = new Set([
    '0',
    'a',
    'A',
    '.',
    '-',
    '/',
    ',',
    ' ',
    '1,',
    '1.',
    '/a',
    '0-',
    'a,',
    '"',
    '",',
    '\t',
  ])
  for (const sample of samples)
    for (let at = 0; at < Math.min(sample.length, 8); at++)
      for (const most of [1, 2, 3, 5]) parts.add(sample.slice(at, at + most))
  const heads = ['', ...samples.slice(0, 2).map(sample => sample.slice(0, 4))]
  return [...parts]
    .filter(part => part !== '')
    .flatMap(part =>
      heads.flatMap(head => {
        const text = head + part.repeat(Math.ceil(size / part.length))
        return [text.slice(0, size), `${text.slice(0, size - 1)}\u0001`]
      }),
    )
}

/** The longest that a pattern takes over its attacks, in ms. What is slow once is tried again: the machine may be. */
function slowest(pattern: RegExp, size = length): number {
  let most = 0
  for (const text of attacks(pattern, size)) {
    let least = Number.POSITIVE_INFINITY
    for (let tries = 0; tries < 6 && least > longest; tries++) {
      pattern.lastIndex = 0
      const start = performance.now()
      pattern.test(text)
      least = Math.min(least, performance.now() - start)
    }
    most = Math.max(most, least)
    if (most > longest) break
  }
  return most
}

describe('no text holds up', () => {
  it.each([...patterns].map(each => [each]))('the pattern %s of the document', pattern => {
    expect(slowest(new RegExp(pattern, 'u'))).toBeLessThan(longest)
  })

  it.each(Object.entries(ofHeaders))('how %s is read', (_what, pattern) => {
    expect(slowest(pattern)).toBeLessThan(longest)
  })
})

it('a pattern that tries every way to cut a text is found out, at 24 characters already', () => {
  expect(slowest(/^([0-9A-Z]+,?)*;$/, 24)).toBeGreaterThan(longest)
})
