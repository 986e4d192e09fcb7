import { describe, expect, it } from 'vitest'
import { diffusionFormulas } from '../../../src/domain/compute/architecture/diffusion-formulas.ts'
import { flopFormulas } from '../../../src/domain/compute/architecture/flop.ts'
import { imageFlopFormulas } from '../../../src/domain/compute/architecture/image-conventions.ts'
import { parameterFormulas } from '../../../src/domain/compute/architecture/parameters.ts'
import { placesFormulas, unetFormulas } from '../../../src/domain/compute/architecture/unet.ts'
import { visionFormulas } from '../../../src/domain/compute/architecture/vision-transformer.ts'
import { activationFormulas } from '../../../src/domain/compute/memory/activation-memory.ts'
import { adapterFormulas } from '../../../src/domain/compute/memory/adapter-formulas.ts'
import { fitFormulas } from '../../../src/domain/compute/memory/fit.ts'
import { servingMemoryFormulas } from '../../../src/domain/compute/memory/serving-memory.ts'
import { servingOverheadFormulas } from '../../../src/domain/compute/memory/serving-overheads.ts'
import { servingSheetFormulas } from '../../../src/domain/compute/memory/serving-sheet-formulas.ts'
import { servingWorkFormulas } from '../../../src/domain/compute/memory/serving-work.ts'
import { stateFormulas } from '../../../src/domain/compute/memory/state-memory.ts'
import { trainingMemoryFormulas } from '../../../src/domain/compute/memory/training-memory-formulas.ts'
import { collectiveFormulas } from '../../../src/domain/compute/training-time/collective-time.ts'
import { goodputFormulas } from '../../../src/domain/compute/training-time/goodput.ts'
import { layoutFormulas } from '../../../src/domain/compute/training-time/layout-quantities.ts'
import { pipelineFormulas } from '../../../src/domain/compute/training-time/pipeline.ts'
import { powerFormulas } from '../../../src/domain/compute/training-time/power-limit.ts'
import type { Formula } from '../../../src/domain/sheet/formula.ts'
import { expectReadsAsComputed } from '../../support/formula-text.ts'

const formulas: readonly (readonly [string, Formula])[] = Object.entries({
  parameters: parameterFormulas,
  flop: flopFormulas,
  vision: visionFormulas,
  diffusion: diffusionFormulas,
  unets: unetFormulas,
  places: { ...placesFormulas },
  images: imageFlopFormulas,
  states: stateFormulas,
  adapters: adapterFormulas,
  activations: activationFormulas,
  training: trainingMemoryFormulas,
  serving: servingMemoryFormulas,
  overheads: servingOverheadFormulas,
  sheet: servingSheetFormulas,
  work: servingWorkFormulas,
  fit: fitFormulas,
  collectives: collectiveFormulas,
  pipelines: pipelineFormulas,
  goodput: goodputFormulas,
  power: powerFormulas,
  layouts: layoutFormulas,
}).flatMap(([group, named]) =>
  Object.entries(named as Record<string, Formula>).map(([name, one]) => [`${group}.${name}`, one] as const),
)

describe('formulas of architecture, memory and training time', () => {
  it('are more than forty', () => {
    expect(formulas.length).toBeGreaterThan(40)
  })

  it.each(formulas)('%s reads as it computes, and names a source that there is', (_, formula) => {
    expectReadsAsComputed(formula, { min: 0.01, max: 100 })
  })
})
