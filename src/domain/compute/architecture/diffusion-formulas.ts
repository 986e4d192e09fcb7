import { formula } from '../../sheet/formula.ts'

/**
 * What a diffusion transformer has and does in one pass, each written once. Norms, biases and the patch matrices, under
 * 0.2 % of published models, are left out, as are layers that refine the text in front of it (4 % of HunyuanVideo's); a multiply-add is two FLOP.
 */
export const diffusionFormulas = {
  /** The first frame stands alone in its latent; the next ones are folded. */
  imageTokens: formula({
    text: '(floor((F − 1) / r) + 1) · floor(H / p) · floor(W / p)',
    symbols: ['F', 'r', 'H', 'W', 'p'],
    inputUnits: ['count', 'count', 'count', 'count', 'count'],
    unit: 'token',
    fn: (frames, framesPerLatent, height, width, pixelsPerToken) =>
      (Math.floor((frames - 1) / framesPerLatent) + 1) *
      Math.floor(height / pixelsPerToken) *
      Math.floor(width / pixelsPerToken),
    source: 'peebles-2022',
  }),
  /** Text beside the image. */
  tokens: formula({
    text: 'i + t',
    symbols: ['i', 't'],
    inputUnits: ['token', 'token'],
    unit: 'token',
    fn: (image, text) => image + text,
    source: 'esser-2024',
  }),
  /** Four matrices of attention and two of the feed-forward part, twice where text has its own. */
  layers: formula({
    text: '(n + x) · (4 · h^2 + 2 · h · f)',
    symbols: ['n', 'x', 'h', 'f'],
    inputUnits: ['count', 'count', '1', '1'],
    unit: 'parameter',
    fn: (layers, textStreams, hidden, ffn) => (layers + textStreams) * (4 * hidden ** 2 + 2 * hidden * ffn),
    source: 'vaswani-2017',
  }),
  /** Four matrices of another attention, to the text or among the image tokens alone. */
  attentions: formula({
    text: '4 · n · h^2',
    symbols: ['n', 'h'],
    inputUnits: ['count', '1'],
    unit: 'parameter',
    fn: (layers, hidden) => 4 * layers * hidden ** 2,
    source: 'vaswani-2017',
  }),
  skips: formula({
    text: '2 · n · h^2',
    symbols: ['n', 'h'],
    inputUnits: ['count', '1'],
    unit: 'parameter',
    fn: (layers, hidden) => 2 * layers * hidden ** 2,
    source: 'hunyuan-dit-paper',
  }),
  /** A layer with one norm in place of two, and a second attention, take half of a layer's matrices. */
  modulation: formula({
    text: 'm · c · h · (n − q / 2 + x + d / 2)',
    symbols: ['m', 'c', 'h', 'n', 'q', 'x', 'd'],
    inputUnits: ['count', '1', '1', 'count', 'count', 'count', 'count'],
    unit: 'parameter',
    fn: (matrices, conditioning, hidden, layers, parallel, textStreams, dual) =>
      matrices * conditioning * hidden * (layers - parallel / 2 + textStreams + dual / 2),
    source: 'peebles-2022',
  }),
  sharedModulation: formula({
    text: 'm · c · h',
    symbols: ['m', 'c', 'h'],
    inputUnits: ['count', '1', '1'],
    unit: 'parameter',
    fn: (matrices, conditioning, hidden) => matrices * conditioning * hidden,
    source: 'pixart-paper',
  }),
  /** The step through two matrices from 256 frequencies, the last modulation, text, labels and positions. */
  embeddings: formula({
    text: '256 · c + c^2 + h · (2 · c + w + C + P)',
    symbols: ['c', 'h', 'w', 'C', 'P'],
    inputUnits: ['1', '1', '1', 'count', 'count'],
    unit: 'parameter',
    fn: (conditioning, hidden, textWidth, classes, positions) =>
      256 * conditioning + conditioning ** 2 + hidden * (2 * conditioning + textWidth + classes + positions),
    source: 'peebles-2022',
  }),
  layerFlop: formula({
    text: '2 · n · s · (4 · h^2 + 2 · h · f)',
    symbols: ['n', 's', 'h', 'f'],
    inputUnits: ['count', 'token', '1', '1'],
    unit: 'FLOP',
    fn: (layers, tokens, hidden, ffn) => 2 * layers * tokens * (4 * hidden ** 2 + 2 * hidden * ffn),
    source: 'vaswani-2017',
  }),
  /** Queries and outputs of the image, keys and values of the text. */
  crossFlop: formula({
    text: '4 · n · h^2 · (i + t)',
    symbols: ['n', 'h', 'i', 't'],
    inputUnits: ['count', '1', 'token', 'token'],
    unit: 'FLOP',
    fn: (layers, hidden, image, text) => 4 * layers * hidden ** 2 * (image + text),
    source: 'vaswani-2017',
  }),
  dualFlop: formula({
    text: '8 · n · i · h^2',
    symbols: ['n', 'i', 'h'],
    inputUnits: ['count', 'token', '1'],
    unit: 'FLOP',
    fn: (layers, image, hidden) => 8 * layers * image * hidden ** 2,
    source: 'vaswani-2017',
  }),
  skipFlop: formula({
    text: '4 · n · i · h^2',
    symbols: ['n', 'i', 'h'],
    inputUnits: ['count', 'token', '1'],
    unit: 'FLOP',
    fn: (layers, image, hidden) => 4 * layers * image * hidden ** 2,
    source: 'hunyuan-dit-paper',
  }),
  /** Once a sample. */
  modulationFlop: formula({
    text: '2 · N',
    symbols: ['N'],
    inputUnits: ['parameter'],
    unit: 'FLOP',
    fn: parameters => 2 * parameters,
    source: 'peebles-2022',
  }),
  /** Attention scores and their sum over values: q tokens that each look at k tokens. */
  attention: formula({
    text: '4 · n · q · k · h',
    symbols: ['n', 'q', 'k', 'h'],
    inputUnits: ['count', 'token', 'token', '1'],
    unit: 'FLOP',
    fn: (layers, queries, keys, hidden) => 4 * layers * queries * keys * hidden,
    source: 'vaswani-2017',
  }),
  /** Attention and feed-forward part, and attention to the text where that is apart; one of both where parallel. */
  elements: formula({
    text: '((2 · n + x − q) · s + d · i) · h',
    symbols: ['n', 'x', 'q', 's', 'd', 'i', 'h'],
    inputUnits: ['count', 'count', 'count', 'token', 'count', 'token', '1'],
    unit: 'count',
    fn: (layers, cross, parallel, tokens, dual, image, hidden) =>
      ((2 * layers + cross - parallel) * tokens + dual * image) * hidden,
  }),
  /** FLOP of a picture: every step passes once, or twice under classifier-free guidance. */
  generationFlop: formula({
    text: 'n · g · F',
    symbols: ['n', 'g', 'F'],
    inputUnits: ['count', 'count', 'FLOP'],
    unit: 'FLOP',
    fn: (steps, passes, forward) => steps * passes * forward,
    source: 'ho-2022',
  }),
} as const
