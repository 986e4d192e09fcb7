import type { Sheet } from '../sheet.ts'

/** Samples that are calculated together: columns of this length stay in the caches of a processor. */
export const chunkLength = 2_048

/** The uncertain part of a sheet, ready to be worked out for columns of samples. */
export interface Program {
  /** Columns of `chunkLength` to be filled with the values of the uncertain inputs, in their order. */
  readonly inputs: readonly Float64Array[]
  /** Columns in which the outputs stand after a run, in their order. */
  readonly outputs: readonly Float64Array[]
  /** Works the first `count` samples out; false when some quantity was not a finite number in one of them. */
  readonly run: (count: number) => boolean
}

/** Quantities that one loop works out: longer loops are no longer compiled to machine code as a whole. */
const longestLoop = 64

/**
 * Compiles what lies between some inputs of a sheet and some outputs. Quantities that depend on no uncertain
 * input keep their values in `values`; the others become loops over columns, in which intermediate values stay
 * in registers. The text of the loops has numbers of columns and functions alone, nothing that a caller wrote.
 */
export function compile(
  sheet: Sheet,
  values: Float64Array,
  inputs: readonly number[],
  outputs: readonly number[],
): Program {
  const steps = stepsBetween(sheet, inputs, outputs)
  const columns: Float64Array[] = []
  const columnOf = new Map<number, number>()
  const give = (handle: number): void => {
    if (columnOf.has(handle)) return
    columnOf.set(handle, columns.length)
    columns.push(new Float64Array(chunkLength))
  }
  for (const handle of inputs) give(handle)
  for (const handle of outputs) {
    give(handle)
    // An output that nothing uncertain leads to has the same value in every sample.
    if (!steps.includes(handle) && !inputs.includes(handle))
      (columns[columnOf.get(handle) as number] as Float64Array).fill(values[handle] as number)
  }
  const blocks: number[][] = []
  for (let start = 0; start < steps.length; start += longestLoop)
    blocks.push(steps.slice(start, start + longestLoop))
  const blockOf = new Map(blocks.flatMap((block, index) => block.map(handle => [handle, index] as const)))
  for (const handle of steps)
    for (const operand of sheet.operands[handle] ?? [])
      if (blockOf.has(operand) && blockOf.get(operand) !== blockOf.get(handle)) give(operand)
  const loops = blocks.map(block => loopOf(sheet, values, block, columnOf))
  const at = (handle: number) => columns[columnOf.get(handle) as number] as Float64Array
  return {
    inputs: inputs.map(at),
    outputs: outputs.map(at),
    run: count => {
      let check = 0
      for (const { loop, constants } of loops) check += loop(columns, constants, count)
      return check === 0
    },
  }
}

/** The derived quantities that depend on an input and that an output depends on, in order of calculation. */
function stepsBetween(sheet: Sheet, inputs: readonly number[], outputs: readonly number[]): number[] {
  const needed = new Set(outputs)
  for (let handle = sheet.quantities.length - 1; handle >= 0; handle--)
    if (needed.has(handle)) for (const operand of sheet.operands[handle] ?? []) needed.add(operand)
  const uncertain = new Set(inputs)
  const steps: number[] = []
  for (const [handle, operands] of sheet.operands.entries()) {
    if (operands?.some(operand => uncertain.has(operand))) {
      uncertain.add(handle)
      if (needed.has(handle)) steps.push(handle)
    }
  }
  return steps
}

type Loop = (columns: readonly Float64Array[], constants: Float64Array, count: number) => number
type Calculation = (...values: number[]) => number

const knownFunctions = new WeakMap<Calculation, number>()
let functionCount = 0

/** A number for each function, so that loops over the same functions are recognised. */
function numberOf(fn: Calculation): number {
  let number = knownFunctions.get(fn)
  if (number === undefined) {
    number = functionCount++
    knownFunctions.set(fn, number)
  }
  return number
}

const loops = new Map<string, Loop>()
/** Loops kept; the one that was unused longest goes first. */
const mostLoops = 200

function loopOf(
  sheet: Sheet,
  values: Float64Array,
  block: readonly number[],
  columnOf: ReadonlyMap<number, number>,
): { readonly loop: Loop; readonly constants: Float64Array } {
  const local = new Map<number, string>()
  const constants: number[] = []
  const functions: Calculation[] = []
  const head: string[] = []
  const body: string[] = []
  const name = (handle: number): string => {
    const known = local.get(handle)
    if (known !== undefined) return known
    const column = columnOf.get(handle)
    let made: string
    if (column === undefined) {
      made = `k${constants.length}`
      head.push(`const ${made} = k[${constants.length}]`)
      constants.push(values[handle] as number)
    } else {
      made = `v${local.size}`
      head.push(`const c${column} = c[${column}]`)
      body.push(`const ${made} = c${column}[i]`)
    }
    local.set(handle, made)
    return made
  }
  const own = new Set(block)
  for (const handle of block) {
    const operands = (sheet.operands[handle] ?? []).map(name)
    const fn = sheet.quantities[handle]?.formula?.fn as Calculation
    let at = functions.indexOf(fn)
    if (at < 0) at = functions.push(fn) - 1
    const made = `v${local.size}`
    local.set(handle, made)
    // The difference is 0 for a finite number and NaN for any other.
    body.push(`const ${made} = f${at}(${operands.join(', ')})`, `check += ${made} - ${made}`)
    const column = columnOf.get(handle)
    if (column !== undefined && own.has(handle)) {
      head.push(`const c${column} = c[${column}]`)
      body.push(`c${column}[i] = ${made}`)
    }
  }
  const text = `${functions.map((_, index) => `const f${index} = f[${index}]`).join('\n')}
return (c, k, count) => {
${[...new Set(head)].join('\n')}
let check = 0
for (let i = 0; i < count; i++) {
${body.join('\n')}
}
return check
}`
  return { loop: loopFrom(text, functions), constants: Float64Array.from(constants) }
}

function loopFrom(text: string, functions: readonly Calculation[]): Loop {
  const key = `${functions.map(numberOf).join(' ')}\n${text}`
  const known = loops.get(key)
  if (known !== undefined) {
    loops.delete(key)
    loops.set(key, known)
    return known
  }
  const loop = new Function('f', `'use strict'\n${text}`)(functions) as Loop
  loops.set(key, loop)
  const oldest = loops.keys().next().value
  if (loops.size > mostLoops && oldest !== undefined) loops.delete(oldest)
  return loop
}
