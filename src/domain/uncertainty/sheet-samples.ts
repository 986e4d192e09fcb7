import { DomainError } from '../errors.ts'
import { evaluate } from '../sheet/evaluate.ts'
import { type Chunk, fillInput } from '../sheet/simulation/draw.ts'
import { compile, type Program } from '../sheet/simulation/program.ts'
import type { UncertainEstimate, UncertainInput } from './uncertain-inputs.ts'

/** Some quantities of one sheet for the samples of a chunk. */
export class SheetProgram {
  /** One column a quantity, in which its values stand after `take`. */
  readonly outputs: readonly Float64Array[]
  readonly #estimate: UncertainEstimate
  readonly #program: Program
  /** For each input of the sheet: the column of probabilities that it takes. */
  readonly #dimensions: readonly number[]

  constructor(
    estimate: UncertainEstimate,
    dimensions: readonly { readonly id: string }[],
    outputs: readonly string[],
  ) {
    const { built, inputs } = estimate
    const { sheet } = built
    this.#estimate = estimate
    this.#dimensions = inputs.map(({ id }) => dimensions.findIndex(dimension => dimension.id === id))
    this.#program = compile(
      sheet,
      evaluate(sheet),
      inputs.flatMap(({ feeds }) => feeds.map(({ handle }) => handle)),
      outputs.map(id => sheet.find(id) as number),
    )
    this.outputs = this.#program.outputs
  }

  /** Works `count` samples out; throws `non-finite-quantity` with the values that lead to one. */
  take(probabilities: readonly Float64Array[], count: number): void {
    let column = 0
    for (const [index, { distribution, feeds }] of this.#estimate.inputs.entries()) {
      const own = probabilities[this.#dimensions[index] as number] as Float64Array
      for (const feed of feeds)
        fillInput(distribution, feed, own, this.#program.inputs[column++] as Float64Array, count)
    }
    if (!this.#program.run(count)) this.#refuse(probabilities, count)
  }

  /** Works the samples out one by one, until the sheet itself says which quantity is not finite. */
  #refuse(probabilities: readonly Float64Array[], count: number): never {
    const { built, inputs } = this.#estimate
    const values = [...built.sheet.inputs]
    for (let sample = 0; sample < count; sample++) {
      for (const [index, input] of inputs.entries()) {
        const own = probabilities[this.#dimensions[index] as number] as Float64Array
        setInput(values, input, input.distribution.quantile(own[sample] as number))
      }
      evaluate(built.sheet, values)
    }
    throw new DomainError(
      'non-finite-quantity',
      'In some sample a quantity is not a finite number; cut the widest distributions with truncate.',
      { pointer: '' },
    )
  }
}

/** The samples of some quantities of one sheet: one column a quantity, filled chunk by chunk in any order. */
export class SheetSamples {
  readonly columns: readonly Float64Array[]
  readonly #program: SheetProgram

  constructor(
    estimate: UncertainEstimate,
    dimensions: readonly { readonly id: string }[],
    outputs: readonly string[],
    samples: number,
  ) {
    this.#program = new SheetProgram(estimate, dimensions, outputs)
    this.columns = outputs.map(() => new Float64Array(samples))
  }

  /** Works a chunk out; throws `non-finite-quantity` with the values that lead to one. */
  take(probabilities: readonly Float64Array[], { start, count }: Chunk): void {
    this.#program.take(probabilities, count)
    for (const [output, samples] of this.columns.entries())
      samples.set((this.#program.outputs[output] as Float64Array).subarray(0, count), start)
  }
}

/** Puts the value of an uncertain input where it belongs among the inputs of a sheet. */
export function setInput(values: number[], { feeds }: UncertainInput, value: number): void {
  for (const { handle, offset, factor } of feeds) values[handle] = offset + factor * value
}
