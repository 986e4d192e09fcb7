import { describe, expect, it } from 'vitest'
import { changedMembers, withMembers } from '../../../src/domain/comparison/changed-members.ts'

const from = {
  model: { parameters: 13e9 },
  throughput: { mfu: 0.4 },
  'a/b': 1,
  segments: [
    { id: 'x', size: 1 },
    { id: 'y', size: 2 },
  ],
  gone: true,
}
const to = {
  model: { parameters: 13e9 },
  throughput: { flopPerSecond: 1e14 },
  'a/b': 2,
  segments: [
    { id: 'x', size: 1 },
    { id: 'y', size: 3 },
  ],
  added: 'now',
}

describe('members that differ', () => {
  it('are found one by one, and whole where an object has other members', () => {
    expect(changedMembers(from, to)).toEqual([
      { pointer: '/throughput', from: { mfu: 0.4 }, to: { flopPerSecond: 1e14 } },
      { pointer: '/a~1b', from: 1, to: 2 },
      { pointer: '/segments/1/size', from: 2, to: 3 },
      { pointer: '/gone', from: true, to: undefined },
      { pointer: '/added', from: undefined, to: 'now' },
    ])
  })

  it('are whole lists where the elements are others', () => {
    const other = { ...from, segments: [{ id: 'y', size: 2 }] }
    expect(changedMembers(from, other).map(({ pointer }) => pointer)).toEqual(['/segments'])
  })

  it('lead from one request to the other when all are made, and nowhere when none is', () => {
    const changes = changedMembers(from, to)
    expect(withMembers(from, changes)).toEqual(to)
    expect(withMembers(from, [])).toEqual(from)
    expect(changedMembers(from, structuredClone(from))).toEqual([])
  })
})
