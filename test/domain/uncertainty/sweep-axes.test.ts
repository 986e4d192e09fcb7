import { describe, expect, it } from 'vitest'
import {
  type Axis,
  checkAxes,
  rowsOf,
  type SweepAxis,
  valuesOf,
} from '../../../src/domain/uncertainty/sweep-axes.ts'

const valuesIn = (axis: SweepAxis, integer = false) => {
  const { length, at } = valuesOf(axis, '/over/0', integer)
  return Array.from({ length }, (_, index) => at(index))
}
const refusalAt = (pointer: string) => expect.objectContaining({ code: 'inconsistent-inputs', pointer })
const input = 'devices'
/** Rows that the document lets one answer have. */
const mostRows = 1_000_000

describe('the values of an axis', () => {
  it('are those listed, or evenly spaced with both ends', () => {
    expect(valuesIn({ member: '/accelerator/id', values: ['a', 'b'] })).toEqual(['a', 'b'])
    expect(valuesIn({ input, from: 1, to: 2, steps: 5 })).toEqual([1, 1.25, 1.5, 1.75, 2])
    expect(valuesIn({ input, from: 3, to: -1, steps: 3 })).toEqual([3, 1, -1])
  })

  it('grow by one factor on a logarithmic scale', () => {
    const values = valuesIn({ input, from: 1, to: 1000, steps: 4, scale: 'log' }) as number[]
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(10 ** index, 9)
    expect(values[3]).toBe(1000)
  })

  it('are rounded between the ends where the input is an integer', () => {
    expect(valuesIn({ input, from: 1, to: 8, steps: 4 }, true)).toEqual([1, 3, 6, 8])
    expect(valuesIn({ input, from: 0.5, to: 9.5, steps: 3 }, true)).toEqual([0.5, 5, 9.5])
  })

  it.each<[SweepAxis, string, boolean?]>([
    [{ input }, '/over/0'],
    [{ input, values: [1], from: 1 }, '/over/0'],
    [{ input, values: [1], scale: 'log' }, '/over/0'],
    [{ input, values: [1], from: 1, to: 2, steps: 2 }, '/over/0'],
    [{ input, from: 1, to: 2 }, '/over/0'],
    [{ input, from: 1, steps: 2 }, '/over/0'],
    [{ input, to: 1, steps: 2 }, '/over/0'],
    [{ input, values: [1, 'two'] }, '/over/0/values/1'],
    [{ input, values: ['one'] }, '/over/0/values/0'],
    [{ input, from: 0, to: 2, steps: 3, scale: 'log' }, '/over/0/from'],
    [{ input, from: 1, to: 0, steps: 3, scale: 'log' }, '/over/0/from'],
    [{ input, from: -1, to: -2, steps: 3, scale: 'log' }, '/over/0/from'],
    [{ input, from: -1.7e308, to: 1.7e308, steps: 3 }, '/over/0/from'],
    [{ input, from: 1e-200, to: 1e200, steps: 3, scale: 'log' }, '/over/0/from'],
    [{ input, from: 1, to: 3, steps: 4 }, '/over/0/steps', true],
  ])('of %j are refused at %s', (axis, pointer, integer = false) => {
    expect(() => valuesOf(axis, '/over/0', integer)).toThrow(refusalAt(pointer))
  })
})

const axis = (id: string, length = 1, pointer: string | null = null): Axis => ({
  ...{ id, pointer, length },
  at: index => index,
})

describe('axes together', () => {
  it('vary different things', () => {
    expect(() => checkAxes([axis('a'), axis('b'), axis('c', 1, '/x'), axis('d', 1, '/xy')])).not.toThrow()
  })

  it.each([
    [[axis('a'), axis('b'), axis('a')], '/over/2'],
    [[axis('a', 1, '/x'), axis('/x', 1, '/x')], '/over/1'],
    [[axis('/x', 1, '/x'), axis('/x/y', 1, '/x/y')], '/over/1'],
    [[axis('/x/y', 1, '/x/y'), axis('/x', 1, '/x')], '/over/0'],
  ])('%j are refused at %s', (axes, pointer) => {
    expect(() => checkAxes(axes)).toThrow(refusalAt(pointer))
  })

  it('make as many rows as a grid has places, up to a bound', () => {
    expect(rowsOf([axis('a', 3), axis('b', 4)], true)).toBe(12)
    expect(rowsOf([axis('a', 1000), axis('b', mostRows / 1000)], true)).toBe(mostRows)
    expect(() => rowsOf([axis('a', 1001), axis('b', mostRows / 1000)], true)).toThrow(
      expect.objectContaining({ code: 'too-many', pointer: '/over' }),
    )
  })

  it('make as many rows as each has values, side by side', () => {
    expect(rowsOf([axis('a', 3), axis('b', 3)], false)).toBe(3)
    expect(rowsOf([], false)).toBe(0)
    expect(() => rowsOf([axis('a', 3), axis('b', 3), axis('c', 4)], false)).toThrow(refusalAt('/over/2'))
  })
})
