import { describe, expect, it } from 'vitest'
import { memoryWarnings } from '../../../../src/domain/compute/memory/warnings.ts'

const codes = (...of: Parameters<typeof memoryWarnings>) => memoryWarnings(...of).map(({ code }) => code)
const text = (...of: Parameters<typeof memoryWarnings>) => memoryWarnings(...of)[0]?.message.en ?? ''

describe('the warnings of a memory estimate', () => {
  it('are none where all fits, to the last byte', () => {
    expect(codes(80e9, 80e9, 1)).toEqual([])
    expect(codes(80e9 + 1, 80e9, 1)).toEqual(['does-not-fit'])
  })

  it('go by what software plans with', () => {
    expect(codes(75e9, 80e9, 1, 72e9)).toEqual(['does-not-fit'])
    expect(codes(72e9, 80e9, 1, 72e9)).toEqual([])
  })

  it('name the numbers and the remedy', () => {
    expect(text(123.456e9, 80e9, 4)).toMatch(/hold 123\.5 GB.*programs see 80 GB.*fewest devices .* 4\.$/)
    expect(text(123.456e9, 80e9, 4, 72e9)).toMatch(/plans with 72 GB of the 80 GB/)
    expect(text(90e9, 80e9, undefined)).not.toMatch(/fewest/)
  })

  it('say that nothing fits', () => {
    expect(codes(90e9, 80e9, undefined)).toEqual(['does-not-fit', 'fits-nowhere'])
    expect(codes(70e9, 80e9, undefined)).toEqual(['fits-nowhere'])
  })
})
