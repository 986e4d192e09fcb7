import { plain } from './plain-constant.ts'

/** Power of a device, as shares of what it is rated at. */
export const powerConstants = [
  plain(
    'idlePower',
    '1',
    0.12,
    0.15,
    { en: 'Power of a device that waits, of its rated power', zh: '空闲功耗占额定功耗比例' },
    'An idle H100 with a context draws some 70 to 120 W of 700 W.',
  ),
  plain(
    'activePower',
    '1',
    0.28,
    0.15,
    { en: 'Further power while kernels run, whatever they do', zh: '内核运行时的额外功耗比例' },
    'Clocks, instruction issue, caches and leakage at the higher voltage draw power whether or not memory is waited for.',
  ),
  plain(
    'memoryPower',
    '1',
    0.4,
    0.15,
    { en: 'Further power at full memory bandwidth', zh: '满带宽时的额外功耗比例' },
    'Splitwise shows A100s at 0.44 of their rated power at a fifth of their bandwidth and 0.74 at three fifths.',
    'ms-splitwise-sim',
  ),
  plain(
    'computePower',
    '1',
    0.6,
    0.15,
    { en: 'Further power at full matrix throughput', zh: '满矩阵吞吐时的额外功耗比例' },
    'Matrix products bring an H100 near its power limit well before its peak; more use then costs clocks, not watts.',
  ),
] as const
