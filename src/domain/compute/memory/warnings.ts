import type { Warning } from '../../estimate.ts'

const gigabytes = (bytes: number): string => String(Number((bytes / 1e9).toPrecision(4)))

/** What a reader must know of a memory estimate. */
export function memoryWarnings(total: number, usable: number, fewest: number | undefined): Warning[] {
  const warnings: Warning[] = []
  if (total > usable) {
    const numbers = { total: gigabytes(total), usable: gigabytes(usable) }
    const remedy = fewest === undefined ? '' : ` The fewest devices on which it does are ${fewest}.`
    const remedyZh = fewest === undefined ? '' : `最少需要 ${fewest} 张卡。`
    warnings.push({
      code: 'does-not-fit',
      message: {
        en: `A device would hold ${numbers.total} GB, but programs see ${numbers.usable} GB of it.${remedy}`,
        zh: `单卡需占用 ${numbers.total} GB，但程序可见显存为 ${numbers.usable} GB。${remedyZh}`,
      },
    })
  }
  if (fewest === undefined) {
    warnings.push({
      code: 'fits-nowhere',
      message: {
        en: 'It fits none of the layouts tried on up to 65,536 devices, so no number of devices is given. Lower the batch or the sequence, or compute activations again.',
        zh: '所试的至多 65,536 张卡的布局都放不下，因此不给出设备数。请减小批次或序列长度，或启用重计算。',
      },
    })
  }
  return warnings
}
