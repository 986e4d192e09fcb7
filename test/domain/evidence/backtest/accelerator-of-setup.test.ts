import { describe, expect, it } from 'vitest'
import { acceleratorOfSetup } from '../../../../src/domain/evidence/backtest/accelerator-of-setup.ts'
import type { MeasuredSetup } from '../../../../src/domain/evidence/backtest/measurement.ts'
import { catalogueOfFiles } from '../../../../src/store/catalogue-files.ts'

const catalogue = catalogueOfFiles()
const found = (of: Pick<MeasuredSetup, 'gpu' | 'gpu_id'>) =>
  acceleratorOfSetup({ id: 'x', kind: 'mfu', group: 'x', key: 'mfu_pct', ...of }, catalogue)?.id

describe('the accelerator of a setup', () => {
  it.each([
    ['NVIDIA H100 80GB HBM3', 'h100-sxm-80gb'],
    ['A100-SXM4-40GB', 'a100-sxm-40gb'],
    ['V100S-PCIE-32GB', 'v100-pcie-32gb'],
    ['Instinct MI250', 'mi250-128gb'],
    ['RTX 4090', 'rtx-4090-24gb'],
    // Numbered variants of a family whose own name the catalogue does not have.
    ['Ascend 910B (64 GB)', 'ascend-910b1'],
    ['Ascend 910B3', 'ascend-910b3'],
    ['Ascend 910', 'ascend-910-32gb'],
    ['an abacus', undefined],
  ])('%s is %s', (gpu, id) => {
    expect(found({ gpu })).toBe(id)
  })

  it('is that of its id where there is one', () => {
    expect(found({ gpu: 'H100', gpu_id: 'h200-sxm-141gb' })).toBe('h200-sxm-141gb')
  })
})
