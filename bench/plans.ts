import { deviceOf } from '../src/domain/compute/device.ts'
import { usableBytes } from '../src/domain/compute/memory/fit.ts'
import { transformerOfChoice } from '../src/domain/compute/model.ts'
import { countLayouts, type PlanProblem, searchPlans } from '../src/domain/compute/plan/search.ts'
import { searchSpace } from '../src/domain/compute/plan/search-space.ts'
import { trainingSystem } from '../src/domain/compute/training-time/training-system.ts'
import { catalogueOfFiles } from '../src/store/catalogue-files.ts'
import { type Comparison, median } from './measure.ts'

/** Layouts a second that a search goes through on one core, for a model on up to 1,024 devices. */
export function planBenchmarks(): Comparison[] {
  const catalogue = catalogueOfFiles()
  const accelerator = catalogue.accelerators.get('h100-sxm-80gb')
  if (accelerator === undefined) throw new Error('The catalogue has no H100.')
  const { t } = transformerOfChoice({ catalogue }, { id: 'llama-3-70b' })
  const system = trainingSystem(deviceOf(accelerator), 'bf16')
  const problem: PlanProblem = {
    ...{ transformer: t, system, usable: usableBytes(accelerator), stack: 'megatron-core' },
    devices: [64, 128, 256, 512, 1024],
    space: searchSpace(t, 8192, system.devicesPerNode, {}),
    fixed: {
      ...{ expertTensor: 1, unevenStages: true, globalBatch: 1024, sequence: 8192, sequenceParallel: true },
      ...{ flashAttention: true, dropout: false, optimizer: 'adam', precision: 'bf16', gradientBytes: 4 },
    },
    memoryValues: undefined,
    timeValues: {},
  }
  const layouts = countLayouts(problem)
  const rates = Array.from({ length: 9 }, () => {
    const start = performance.now()
    searchPlans(problem)
    return layouts / ((performance.now() - start) / 1000)
  })
  const goal = 50_000
  const ours = median(rates)
  return [
    {
      name: 'layouts a second in a plan search, one core (other: the goal)',
      ours,
      other: goal,
      ratio: ours / goal,
      goal: 'at least 50,000 a second',
      holds: ours >= goal,
    },
  ]
}
