import { describe, expect, it } from 'vitest'
import { membersOf, replacedAt, valueAt } from '../../../src/domain/uncertainty/pointer.ts'

const document = { a: { 'b/c': [1, { '~': 2 }], n: null }, s: 'text' }

describe('a JSON Pointer', () => {
  it('leads through its members (RFC 6901)', () => {
    expect(membersOf('')).toEqual([])
    expect(membersOf('/')).toEqual([''])
    expect(membersOf('/a/b~1c/1/~0')).toEqual(['a', 'b/c', '1', '~'])
    // ~01 is a tilde and a one: the order of reading back matters.
    expect(membersOf('/~01')).toEqual(['~1'])
  })

  it('reads what stands there, and nothing of what does not', () => {
    expect(valueAt(document, '')).toBe(document)
    expect(valueAt(document, '/a/b~1c/1/~0')).toBe(2)
    expect(valueAt(document, '/a/n')).toBeNull()
    for (const nowhere of ['/b', '/a/n/x', '/s/length', '/s/0/x', '/a/toString', '/a/b~1c/2'])
      expect(valueAt(document, nowhere), nowhere).toBeUndefined()
  })

  it('replaces in a copy, and makes what is missing on the way', () => {
    const before = structuredClone(document)
    expect(replacedAt(document, '', 1)).toBe(1)
    expect(replacedAt(document, '/a/b~1c/0', 9)).toEqual({
      ...document,
      a: { 'b/c': [9, { '~': 2 }], n: null },
    })
    expect(replacedAt(document, '/x/y', 3)).toEqual({ ...document, x: { y: 3 } })
    expect(replacedAt(document, '/a/n/z', 4)).toMatchObject({ a: { n: { z: 4 } } })
    expect(document).toEqual(before)
  })
})
