import { describe, expect, it } from 'vitest'
import { deviceOf } from '../../../../src/domain/compute/device.ts'
import { boardOf } from '../../../../src/domain/evidence/backtest/board-of-setup.ts'
import type { MeasuredSetup } from '../../../../src/domain/evidence/backtest/measurement.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'

const accelerator = catalogueOfFiles().accelerators.get('h100-sxm-80gb')
if (accelerator === undefined) throw new Error('The catalogue has no H100.')
const h100 = deviceOf(accelerator)
const setup = (workload?: Record<string, unknown>): MeasuredSetup => ({
  ...{ id: 'a', kind: 'mfu', group: 'b', key: 'mfu_pct' },
  ...(workload !== undefined && { workload }),
})

describe('the board of a setup', () => {
  it('is that of the catalogue where nothing else is told', () => {
    expect(boardOf(h100, setup())).toBe(h100)
    expect(boardOf(h100, setup({ task: 'pretrain', power_limit_w: 'low' }))).toBe(h100)
    expect(boardOf(h100, setup({ power_limit_w: 1000 })).matmulCeiling).toBe(h100.matmulCeiling)
  })

  it('clocks lower under a power limit, by its cube root', () => {
    // An eighth of 700 W gives half of the clock.
    const ceiling = boardOf(h100, setup({ power_limit_w: 87.5 })).matmulCeiling as number
    expect(ceiling / (h100.matmulCeiling as number)).toBeCloseTo(0.5, 12)
  })

  it('has the memory bandwidth that is told', () => {
    expect(boardOf(h100, setup({ memory_bandwidth_tb_per_s: 2.4 })).memoryBandwidth).toBe(2.4e12)
  })
})
