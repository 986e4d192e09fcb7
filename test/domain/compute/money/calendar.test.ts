import { describe, expect, it } from 'vitest'
import {
  dayAfter,
  daysBetween,
  isDay,
  lastDayOf,
  yearOf,
  yearsBefore,
} from '../../../../src/domain/compute/money/calendar.ts'

describe('days of the calendar', () => {
  it('are counted over leap years, and backwards', () => {
    expect(daysBetween('2019-10-01', '2019-10-01')).toBe(0)
    expect(daysBetween('2020-02-28', '2020-03-01')).toBe(2)
    expect(daysBetween('2021-02-28', '2021-03-01')).toBe(1)
    expect(daysBetween('2020-01-01', '2021-01-01')).toBe(366)
    expect(daysBetween('2021-01-01', '2020-01-01')).toBe(-366)
  })

  it('follow each other', () => {
    expect(dayAfter('2018-02-24', 90)).toBe('2018-05-25')
    expect(dayAfter('2020-02-28', 1)).toBe('2020-02-29')
    expect(dayAfter('2019-12-31', 1)).toBe('2020-01-01')
    expect(dayAfter('2020-01-01', -365)).toBe('2019-01-01')
  })

  it('are whole days, not months or years, nor texts that hold one', () => {
    expect(isDay('2019-10-01')).toBe(true)
    for (const text of ['2019', '2019-10', '2019-10-1', 'x2019-10-01', '2019-10-01T00', '20191001', ''])
      expect(isDay(text), text).toBe(false)
  })

  it('sort as texts however early they are', () => {
    expect(yearOf('2019-10-01')).toBe(2019)
    expect(yearsBefore('2019-10-01', 1)).toBe('2018-10-01')
    expect(yearsBefore('2019-10-01', 1_500)).toBe('0519-10-01')
    expect(yearsBefore('2019-10', 3_000)).toBe('0000-10')
    expect(lastDayOf(2023)).toBe('2023-12-31')
    expect(lastDayOf(87)).toBe('0087-12-31')
  })
})
