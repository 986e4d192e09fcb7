import { formula } from '../../sheet/formula.ts'

/** A vision transformer: a plain encoder over the patches of a colour image and one class token. */
export interface VisionTransformer {
  readonly layers: number
  readonly hidden: number
  readonly ffn: number
  /** Pixels along one side of a patch. */
  readonly patch: number
  readonly classes: number
}

/** What a vision transformer has and does, each written once. Biases and norms count; a multiply-add is two FLOP. */
export const visionFormulas = {
  patches: formula({
    text: 'floor(H / p) · floor(W / p)',
    symbols: ['H', 'W', 'p'],
    inputUnits: ['count', 'count', 'count'],
    unit: 'token',
    fn: (height, width, patch) => Math.floor(height / patch) * Math.floor(width / patch),
    source: 'dosovitskiy-2020',
  }),
  /** Patches and the class token. */
  tokens: formula({
    text: 'i + 1',
    symbols: ['i'],
    inputUnits: ['token'],
    unit: 'token',
    fn: patches => patches + 1,
    source: 'dosovitskiy-2020',
  }),
  /** The matrix of a patch of three colours, the class token, and a position for each token. */
  embeddings: formula({
    text: '(3 · p^2 + 1) · h + h + s · h',
    symbols: ['p', 'h', 's'],
    inputUnits: ['count', '1', 'token'],
    unit: 'parameter',
    fn: (patch, hidden, tokens) => (3 * patch ** 2 + 1) * hidden + hidden + tokens * hidden,
    source: 'dosovitskiy-2020',
  }),
  /** Four matrices of attention and two of the feed-forward part, their biases, and two norms. */
  layer: formula({
    text: '4 · h^2 + 2 · h · f + 9 · h + f',
    symbols: ['h', 'f'],
    inputUnits: ['1', '1'],
    unit: 'parameter',
    fn: (hidden, ffn) => 4 * hidden ** 2 + 2 * hidden * ffn + 9 * hidden + ffn,
    source: 'vaswani-2017',
  }),
  /** The last norm and the classifier. */
  head: formula({
    text: '2 · h + (h + 1) · C',
    symbols: ['h', 'C'],
    inputUnits: ['1', 'count'],
    unit: 'parameter',
    fn: (hidden, classes) => 2 * hidden + (hidden + 1) * classes,
    source: 'dosovitskiy-2020',
  }),
  /** Patches through their matrix, tokens through the layers, the class token through the classifier. */
  matmulFlop: formula({
    text: '2 · (3 · i · p^2 · h + n · s · (4 · h^2 + 2 · h · f) + h · C)',
    symbols: ['i', 'p', 'h', 'n', 's', 'f', 'C'],
    inputUnits: ['token', 'count', '1', 'count', 'token', '1', 'count'],
    unit: 'FLOP',
    fn: (patches, patch, hidden, layers, tokens, ffn, classes) =>
      2 *
      (3 * patches * patch ** 2 * hidden +
        layers * tokens * (4 * hidden ** 2 + 2 * hidden * ffn) +
        hidden * classes),
    source: 'vaswani-2017',
  }),
} as const
