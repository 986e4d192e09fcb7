import type { TableView } from '../../estimate.ts'
import { formula } from '../../sheet/formula.ts'
import { type QuantityDefinition, quantity } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'

/** FLOP of a pass from those of its matrix products and of its attention; a multiply-add is two FLOP. */
export const imageFlopFormulas = {
  whole: formula({
    text: 'M + A',
    symbols: ['M', 'A'],
    inputUnits: ['FLOP', 'FLOP'],
    unit: 'FLOP',
    fn: (matmul, attention) => matmul + attention,
  }),
  wholeAsOne: formula({
    text: '(M + A) / 2',
    symbols: ['M', 'A'],
    inputUnits: ['FLOP', 'FLOP'],
    unit: 'FLOP',
    fn: (matmul, attention) => (matmul + attention) / 2,
  }),
  layers: formula({
    text: 'M',
    symbols: ['M'],
    inputUnits: ['FLOP'],
    unit: 'FLOP',
    fn: matmul => matmul,
  }),
  layersAsOne: formula({
    text: 'M / 2',
    symbols: ['M'],
    inputUnits: ['FLOP'],
    unit: 'FLOP',
    fn: matmul => matmul / 2,
  }),
  /** A backward pass takes twice the FLOP of a forward pass. */
  training: formula({
    text: '3 · F',
    symbols: ['F'],
    inputUnits: ['FLOP'],
    unit: 'FLOP',
    fn: forward => 3 * forward,
    source: 'kaplan-2020',
  }),
  ratio: formula({
    text: 'F / G',
    symbols: ['F', 'G'],
    inputUnits: ['FLOP', 'FLOP'],
    unit: '1',
    fn: (flop, asked) => flop / asked,
  }),
} as const

/** Writes the forward pass under a convention. */
type ForwardUnder = (
  sheet: Sheet,
  definition: QuantityDefinition<'FLOP'>,
  matmul: Handle<'FLOP'>,
  attention: Handle<'FLOP'>,
) => Handle<'FLOP'>

/** What operations of an image count, by the name that publishers' figures are given under. */
const imageFlopConventions = {
  /** FLOP as they are counted for tokens: the default here. */
  'multiply-add-as-two': (sheet, definition, matmul, attention) =>
    sheet.derive(definition, imageFlopFormulas.whole, [matmul, attention]),
  /** What papers on vision and collections of their models print as GFLOPs, or GMACs. */
  'multiply-add-as-one': (sheet, definition, matmul, attention) =>
    sheet.derive(definition, imageFlopFormulas.wholeAsOne, [matmul, attention]),
  /** Layers alone: no scores and no weighted values of attention. */
  'multiply-add-as-two-without-attention': (sheet, definition, matmul) =>
    sheet.derive(definition, imageFlopFormulas.layers, [matmul]),
  /** The same as counters that hook into layers print it. */
  'multiply-add-as-one-without-attention': (sheet, definition, matmul) =>
    sheet.derive(definition, imageFlopFormulas.layersAsOne, [matmul]),
} as const satisfies Record<string, ForwardUnder>

export type ImageFlopConventionName = keyof typeof imageFlopConventions
export const imageFlopConventionNames = Object.keys(imageFlopConventions) as ImageFlopConventionName[]

/** The FLOP of an image under a convention: one set of quantities for each. */
const quantitiesUnder = (name: ImageFlopConventionName) => ({
  forward: quantity(
    `conventions.${name}.forward`,
    'FLOP',
    'Operations of a forward pass',
    '单次前向运算次数',
  ),
  training: quantity(
    `conventions.${name}.training`,
    'FLOP',
    'Operations of a forward and a backward pass',
    '单次前向与反向运算次数',
  ),
  ratio: quantity(
    `conventions.${name}.ratio`,
    '1',
    'Times the operations under the convention asked for',
    '与所选口径之比',
  ),
})

const columns = quantitiesUnder('multiply-add-as-two')

/** The operations of an image on a sheet, as asked for, and the table that converts between all conventions. */
export interface WrittenImageFlop {
  readonly forward: Handle<'FLOP'>
  readonly training: Handle<'FLOP'>
  readonly table: TableView
}

/** Writes the operations of an image under every convention. */
export function writeImageConventions(
  sheet: Sheet,
  matmul: Handle<'FLOP'>,
  attention: Handle<'FLOP'>,
  asked: ImageFlopConventionName,
): WrittenImageFlop {
  const write = (name: ImageFlopConventionName) => {
    const own = quantitiesUnder(name)
    const forward = imageFlopConventions[name](sheet, own.forward, matmul, attention)
    return { name, own, forward, training: sheet.derive(own.training, imageFlopFormulas.training, [forward]) }
  }
  const chosen = write(asked)
  const rows = imageFlopConventionNames.map(name => {
    const { own, forward, training } = name === asked ? chosen : write(name)
    const ratio = sheet.derive(own.ratio, imageFlopFormulas.ratio, [training, chosen.training])
    return { key: name, cells: [forward, training, ratio] }
  })
  return {
    forward: chosen.forward,
    training: chosen.training,
    table: {
      columns: [
        { id: 'forward', label: columns.forward.label, unit: 'FLOP' },
        { id: 'training', label: columns.training.label, unit: 'FLOP' },
        { id: 'ratio', label: columns.ratio.label, unit: '1' },
      ],
      rows,
    },
  }
}
