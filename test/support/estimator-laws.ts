import type { EstimatorId } from '../../src/domain/estimators.ts'

/** What a quantity turns into. */
export type Becomes = 'twice' | 'half' | 'the same' | 'no less' | 'no more'

/** What must become of a quantity when a number of the request doubles. */
export interface Law {
  readonly doubled: string
  readonly quantity: string
  readonly becomes: Becomes
}

/** A quantity that is the sum of all those whose ids match. */
export interface Sum {
  readonly total: string
  readonly parts: RegExp
}

const law = (doubled: string, becomes: Becomes, ...quantities: readonly string[]): Law[] =>
  quantities.map(quantity => ({ doubled, quantity, becomes }))

/** What physics, or the meaning of a price, says of each estimator. */
export const laws: Readonly<Record<EstimatorId, readonly Law[]>> = {
  training: [
    ...law('/price/perDeviceHour', 'twice', 'trainingCost'),
    ...law('/price/perDeviceHour', 'the same', 'deviceDays', 'trainingFlop'),
    ...law('/trainingFlop', 'twice', 'deviceDays', 'deviceYears', 'trainingPfDays'),
    ...law('/trainingPfDays', 'twice', 'trainingFlop', 'deviceDays'),
    ...law('/tokens', 'twice', 'trainingFlop'),
    ...law('/throughput/flopPerSecond', 'half', 'deviceDays', 'trainingCost'),
    ...law('/throughput/mfu', 'half', 'deviceDays', 'wallClockDays'),
    ...law('/energy/gridIntensity', 'twice', 'operationalCarbon'),
    ...law('/energy/powerPerDevice', 'no less', 'trainingEnergy'),
    ...law('/energy/pue', 'no less', 'trainingEnergy'),
  ],
  architecture: [
    ...law('/sequence', 'no less', 'conventions.causal.forward', 'conventions.full.forward'),
    ...law('/sequence', 'no less', 'activeParameters'),
    ...law('/height', 'no less', 'matmulFlop', 'attentionFlop'),
    ...law('/model/diffusion/transformer/layers', 'twice', 'selfAttentionCore', 'layerFlop'),
    ...law('/model/vision/transformer/classes', 'the same', 'layerParameters', 'attentionFlop'),
  ],
  memory: [
    ...law('/serving/concurrency', 'no less', 'kvCacheBytes', 'totalBytesPerDevice'),
    ...law('/serving/concurrency', 'the same', 'weightBytes'),
    ...law('/training/layout/sequence', 'no less', 'activationBytes', 'totalBytesPerDevice'),
    ...law('/training/layout/sequence', 'the same', 'weightBytes', 'optimizerBytes'),
    ...law('/training/adapter/rank', 'twice', 'adapterParameters'),
  ],
  serving: [
    ...law('/price/perDeviceHour', 'twice', 'costPerMillionOutputTokens', 'costPerMillionInputTokens'),
    ...law('/price/perDeviceHour', 'the same', 'timePerOutputToken'),
    ...law('/purchase/perDevice', 'twice', 'hardwareCost'),
    ...law('/bytesPerParameter', 'twice', 'weightBytes'),
    ...law('/bytesPerParameter', 'no less', 'devicesForWeights'),
    ...law('/memoryReserve', 'no less', 'devicesForWeights'),
    ...law('/model/parameters', 'twice', 'weightBytes'),
    ...law('/workload/inputTokens', 'no less', 'timeToFirstToken'),
    ...law('/workload/outputTokens', 'no less', 'requestSeconds'),
    ...law('/fleet/dailyUsers', 'twice', 'meanRequestsPerSecond', 'peakRequestsPerSecond'),
    ...law('/fleet/dailyUsers', 'no less', 'fleetDevices', 'fleetCostPerDay'),
    ...law('/fleet/peakFactor', 'twice', 'peakRequestsPerSecond'),
    ...law('/fleet/peakFactor', 'the same', 'meanRequestsPerSecond'),
  ],
  scaling: [
    ...law('/trainingFlop', 'no less', 'optimalParameters', 'optimalTokens'),
    ...law('/trainingFlop', 'no more', 'expectedLoss'),
    ...law('/budget/amount', 'twice', 'trainingFlop'),
    ...law('/inferenceTokens', 'twice', 'inferenceFlop'),
    ...law('/inferenceTokens', 'no less', 'lifetimeFlop', 'inferenceAwareLifetimeFlop'),
    ...law('/inferenceTokens', 'no more', 'inferenceAwareParameters'),
    ...law('/uniqueTokens', 'no more', 'dataLimitedLoss'),
  ],
  image: [
    ...law('/steps', 'twice', 'flopPerSample'),
    ...law('/steps', 'no less', 'batchSeconds', 'energyPerSample'),
    ...law('/price/perDeviceHour', 'twice', 'costPerSample'),
    ...law('/height', 'no less', 'forwardFlop', 'batchSeconds'),
    ...law('/frames', 'no less', 'forwardFlop'),
    ...law('/batch', 'the same', 'flopPerSample'),
    ...law('/devices', 'no more', 'computeSeconds'),
  ],
  market: [
    ...law('/segments/0/size/value', 'no less', 'total', 'tam'),
    ...law('/segments/0/valueCapture', 'no less', 'total'),
    ...law('/segments/0/valueCapture', 'the same', 'tam'),
  ],
  demand: [
    ...law('/users/value', 'no less', 'dailyTokens', 'devices'),
    ...law('/server/price/perServer', 'twice', 'capitalExpenditure'),
    ...law('/price/perDeviceHour', 'twice', 'costToServe'),
  ],
}

/** Totals that are laid out in their parts. */
export const sums: Readonly<Record<EstimatorId, readonly Sum[]>> = {
  training: [
    {
      total: 'stepTime',
      parts:
        /^(computing|recomputing|bubble|(tensor|context|expert|pipeline|data)Exchange|optimizer|other)Time$/,
    },
    { total: 'ownershipCost', parts: /^(amortisedHardware|amortisedInterconnect|electricity)Cost$/ },
    { total: 'trainingCarbon', parts: /^(operational|embodied)Carbon$/ },
  ],
  architecture: [
    { total: 'layerParameters', parts: /^all\.\w+Parameters$/ },
    { total: 'attentionFlop', parts: /^(blocks\..+\.attentionFlop|(self|cross|dual)AttentionCore)$/ },
    {
      total: 'matmulFlop',
      parts:
        /^(layer|crossAttention|dualAttention|skip|modulation|residual|transformer|resampling|embedding|latentConvolution)Flop$/,
    },
  ],
  memory: [
    {
      total: 'totalBytesPerDevice',
      parts:
        /^(weight|gradient|optimizer|activation|logits|buffer|context|fragmentation|kvCache|positionTable|cacheCopy|widenedWeight)Bytes$/,
    },
  ],
  serving: [
    {
      total: 'prefill.computeSeconds',
      parts: /^prefill\.(matrix|head|activation|expert|promptAttention|latency|handing|collective)Seconds$/,
    },
  ],
  scaling: [
    { total: 'lifetimeFlop', parts: /^(training|inference)Flop$/ },
    { total: 'lifetimeCost', parts: /^(training|serving)Cost$/ },
  ],
  image: [{ total: 'forwardFlop', parts: /^(matmul|attention)Flop$/ }],
  demand: [],
  market: [{ total: 'total', parts: /^segments\.[A-Za-z0-9_-]+$/ }],
}
