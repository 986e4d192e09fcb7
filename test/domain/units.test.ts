import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert, isUnit, unitDefinition, units } from '../../src/domain/units.ts'

describe('units', () => {
  it.each([
    [1, 'PF-day', 'FLOP', 8.64e19],
    [3640, 'PF-day', 'FLOP', 3.14496e23],
    [1, 'year', 'day', 365],
    [125, 'TFLOP/s', 'FLOP/s', 125e12],
    [700, 'GB', 'byte', 7e11],
    [1600, '亿元', 'CNY', 1.6e11],
    [126, '亿美元', 'USD', 1.26e10],
  ] as const)('%d %s is %d %s', (value, from, to, expected) => {
    expect(convert(value, from, to)).toBeCloseTo(expected, -Math.log10(expected) + 12)
  })

  it('refuses to turn one measure into another, naming both', () => {
    expect(() => convert(1, 'day', 'USD')).toThrow('day cannot be expressed in USD')
    expect(() => unitDefinition('furlong')).toThrow('"furlong" is not a unit')
    expect(isUnit('constructor')).toBe(false)
  })

  it('come back from every conversion as they went', () => {
    const pairs = units.flatMap(from =>
      units
        .filter(to => unitDefinition(to).base === unitDefinition(from).base)
        .map(to => [from, to] as const),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.double({ min: 1e-30, max: 1e30, noNaN: true }),
        ([from, to], value) => {
          const back = convert(convert(value, from, to), to, from)
          expect(Math.abs(back - value)).toBeLessThanOrEqual(value * 1e-12)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('each have a base that is a unit of factor one, and a name in both languages', () => {
    for (const unit of units) {
      const { base, label } = unitDefinition(unit)
      expect(unitDefinition(base)).toMatchObject({ base, factor: 1 })
      expect(label.en && label.zh).toBeTruthy()
    }
  })
})
