import type { Warning } from '../../estimate.ts'

const gigabytes = (bytes: number): string => String(Number((bytes / 1e9).toPrecision(4)))

/** What a reader must know of a memory estimate: of what programs see, software may plan with a share. */
export function memoryWarnings(
  total: number,
  usable: number,
  fewest: number | undefined,
  planned = usable,
): Warning[] {
  const warnings: Warning[] = []
  if (total > planned) {
    const seen = gigabytes(usable)
    const may = gigabytes(planned)
    const numbers = {
      total: gigabytes(total),
      en:
        planned === usable
          ? `programs see ${seen} GB of it`
          : `software plans with ${may} GB of the ${seen} GB that programs see`,
      zh: planned === usable ? `程序可见显存为 ${seen} GB` : `程序可见显存 ${seen} GB 中仅规划使用 ${may} GB`,
    }
    const remedy = fewest === undefined ? '' : ` The fewest devices on which it does are ${fewest}.`
    const remedyZh = fewest === undefined ? '' : `最少需要 ${fewest} 张卡。`
    warnings.push({
      code: 'does-not-fit',
      message: {
        en: `A device would hold ${numbers.total} GB, but ${numbers.en}.${remedy}`,
        zh: `单卡需占用 ${numbers.total} GB，但${numbers.zh}。${remedyZh}`,
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
