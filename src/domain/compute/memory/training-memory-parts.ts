/** What the parts of a device's memory are computed from: for showing the working. */
export interface TrainingWorking {
  /** Parameters of the model on the device, routed experts apart. */
  matrices: number
  experts: number
  /** Of these, numbers of the vocabulary's tables. */
  tables: number
  /** Parameters of adapters. */
  adapters: number
  layers: number
  inFlight: number
  /** Bytes a token and layer. */
  keptPerToken: number
  /** Bytes a token. */
  workingPerToken: number
  headGradient: number
  gradientsAtHand: number
  gathered: number
  exchanged: number
  groups: number
  widened: number
  /** Bytes at work while the optimizer updates parameters, beside states and widened gradients. */
  updating: number
}

/** What one device holds in training, part by part, in bytes; written into by `trainingMemory`. */
export interface TrainingMemory extends TrainingWorking {
  weights: number
  gradients: number
  optimizer: number
  activations: number
  logits: number
  /** Gathered weights, gradients on their way into their sums, exchange buffers. */
  buffers: number
  /** What a program allocates: the sum of the above. */
  allocated: number
  /** The device's runtime and its communication library. */
  context: number
  fragmentation: number
  /** What the device shows as taken. */
  total: number
  /** Pipeline rank that holds most, from 0. */
  stage: number
}

/** An empty result, to be written into. */
export function emptyTrainingMemory(): TrainingMemory {
  const held = { matrices: 0, experts: 0, tables: 0, adapters: 0, layers: 0, inFlight: 0 }
  const activations = { keptPerToken: 0, workingPerToken: 0, headGradient: 0 }
  const buffers = { gradientsAtHand: 0, gathered: 0, exchanged: 0, groups: 0, widened: 0, updating: 0 }
  const parts = { weights: 0, gradients: 0, optimizer: 0, activations: 0, logits: 0, buffers: 0 }
  const whole = { allocated: 0, context: 0, fragmentation: 0, total: 0, stage: 0 }
  return { ...held, ...activations, ...buffers, ...parts, ...whole }
}
