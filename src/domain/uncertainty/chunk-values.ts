import { type Chunk, Draw } from '../sheet/simulation/draw.ts'
import { chunkLength } from '../sheet/simulation/program.ts'
import type { Alternative } from './alternatives.ts'
import type { PreparedSimulation } from './prepared-simulation.ts'
import { SheetProgram } from './sheet-samples.ts'

/** The quantities of a simulation for one chunk of samples after another, in the units that are shown. */
export class ChunkValues {
  /** A column for each output: of each sample, the value in the alternative that was chosen for it. */
  readonly values: readonly Float64Array[]
  /** By alternative, then output. */
  readonly ofAlternatives: readonly (readonly Float64Array[])[]
  readonly #prepared: PreparedSimulation
  readonly #draw: Draw
  readonly #programs: readonly SheetProgram[]
  readonly #probabilities: readonly Float64Array[]
  readonly #chosen: Uint8Array | null

  constructor(prepared: PreparedSimulation) {
    const { alternatives, inputs, dependence, outputs, sampler } = prepared
    const choosing = alternatives.length > 1 ? 1 : 0
    const ids = outputs.map(({ id }) => id)
    this.#prepared = prepared
    this.#draw = new Draw(sampler, choosing + inputs.length, dependence, choosing)
    this.#probabilities = this.#draw.columns.slice(choosing)
    this.#programs = alternatives.map(alternative => new SheetProgram(alternative, inputs, ids))
    this.#chosen = choosing === 1 ? new Uint8Array(chunkLength) : null
    this.ofAlternatives = this.#programs.map(program =>
      outputs.map(({ factor }, index) =>
        // What nothing uncertain leads to stands in its column for good, so scaling needs one of its own.
        factor === 1 ? (program.outputs[index] as Float64Array) : new Float64Array(chunkLength),
      ),
    )
    this.values =
      this.#chosen === null
        ? (this.ofAlternatives[0] as readonly Float64Array[])
        : outputs.map(() => new Float64Array(chunkLength))
  }

  /** Works a chunk out; throws `non-finite-quantity` with the values that lead to one. */
  take(chunk: Chunk): void {
    const { alternatives, outputs } = this.#prepared
    const { count } = chunk
    this.#draw.next(chunk)
    for (const [which, program] of this.#programs.entries()) {
      program.take(this.#probabilities, count)
      for (const [index, { factor }] of outputs.entries()) {
        if (factor === 1) continue
        const from = program.outputs[index] as Float64Array
        const into = this.ofAlternatives[which]?.[index] as Float64Array
        for (let sample = 0; sample < count; sample++) into[sample] = (from[sample] as number) * factor
      }
    }
    if (this.#chosen === null) return
    choose(this.#chosen, alternatives, this.#draw.columns[0] as Float64Array, count)
    for (const [index, into] of this.values.entries())
      for (let sample = 0; sample < count; sample++)
        into[sample] = this.ofAlternatives[this.#chosen[sample] as number]?.[index]?.[sample] as number
  }
}

function choose(
  chosen: Uint8Array,
  alternatives: readonly Alternative[],
  probabilities: Float64Array,
  count: number,
): void {
  const total = alternatives.reduce((sum, { weight }) => sum + weight, 0)
  for (let index = 0; index < count; index++) {
    let rest = (probabilities[index] as number) * total
    let which = 0
    for (; which < alternatives.length - 1; which++) {
      rest -= alternatives[which]?.weight as number
      if (rest <= 0) break
    }
    chosen[index] = which
  }
}
