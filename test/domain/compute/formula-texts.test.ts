import fc from 'fast-check'
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
import { evaluateExpression } from '../../../src/domain/formula/evaluate.ts'
import { namesOf, parseFormula } from '../../../src/domain/formula/parse.ts'
import type { Formula } from '../../../src/domain/sheet/formula.ts'
import { sourceRows } from '../../support/reference-files.ts'

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
const sources = new Set(sourceRows().map(({ id }) => id))

describe('formulas of architecture, memory and training time', () => {
  it('are more than forty', () => {
    expect(formulas.length).toBeGreaterThan(40)
  })

  it.each(formulas)('%s reads as it computes, and names a source that there is', (_, formula) => {
    const { text, symbols, inputUnits, fn, source } = formula
    if (text === null) throw new Error('A procedure has no text to compare.')
    const parsed = parseFormula(text)
    expect(namesOf(parsed).toSorted()).toEqual([...symbols].toSorted())
    expect(inputUnits).toHaveLength(symbols.length)
    if (source !== null) expect(sources.has(source), source).toBe(true)
    const point = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), {
      minLength: symbols.length,
      maxLength: symbols.length,
    })
    fc.assert(
      fc.property(point, values => {
        const read = evaluateExpression(parsed, name => values[symbols.indexOf(name)] ?? Number.NaN)
        const computed = fn(...values)
        expect(Math.abs(read - computed)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(computed), 1))
      }),
      { numRuns: 100, seed: 20_230_208 },
    )
  })
})
