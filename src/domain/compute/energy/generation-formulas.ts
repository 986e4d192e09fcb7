import { formula } from '../../sheet/formula.ts'

/** Time and energy of one step of generation; each formula once, for sheets and for fits. */
export const generationFormulas = {
  sharedWork: formula({
    text: '1 + w · (1 − 1 / n)',
    symbols: ['w', 'n'],
    inputUnits: ['1', 'device'],
    unit: '1',
    fn: (work, devices) => 1 + work * (1 - 1 / devices),
  }),
  passesInFlight: formula({
    text: 'b · g · s',
    symbols: ['b', 'g', 's'],
    inputUnits: ['count', 'count', '1'],
    unit: 'count',
    fn: (batch, passes, shared) => batch * passes * shared,
  }),
  computeSeconds: formula({
    text: 'S · (M / m + A / a) / (n · P)',
    symbols: ['S', 'M', 'm', 'A', 'a', 'n', 'P'],
    inputUnits: ['count', 'FLOP', '1', 'FLOP', '1', 'device', 'FLOP/s'],
    unit: 's',
    fn: (samples, matmul, matmulShare, attention, attentionShare, devices, peak) =>
      (samples * (matmul / matmulShare + attention / attentionShare)) / (devices * peak),
    source: 'williams-2009',
  }),
  trafficBytes: formula({
    text: 'S · e · c',
    symbols: ['S', 'e', 'c'],
    inputUnits: ['count', 'count', 'byte'],
    unit: 'byte',
    fn: (samples, elements, bytes) => samples * elements * bytes,
  }),
  trafficSeconds: formula({
    text: 'B / (n · W · r)',
    symbols: ['B', 'n', 'W', 'r'],
    inputUnits: ['byte', 'device', 'byte/s', '1'],
    unit: 's',
    fn: (bytes, devices, bandwidth, share) => bytes / (devices * bandwidth * share),
    source: 'williams-2009',
  }),
  issueSeconds: formula({
    text: 'L · (h + (n − 1) · x)',
    symbols: ['L', 'h', 'n', 'x'],
    inputUnits: ['count', 's', 'device', 's'],
    unit: 's',
    fn: (layers, perLayer, devices, perExchange) => layers * (perLayer + (devices - 1) * perExchange),
  }),
  dynamicEnergy: formula({
    text: 'S · (M + A) · j + B · k',
    symbols: ['S', 'M', 'A', 'j', 'B', 'k'],
    inputUnits: ['count', 'FLOP', 'FLOP', 'J/FLOP', 'byte', 'J/byte'],
    unit: 'J',
    fn: (samples, matmul, attention, perFlop, bytes, perByte) =>
      samples * (matmul + attention) * perFlop + bytes * perByte,
  }),
  staticPower: formula({
    text: 'i · TDP',
    symbols: ['i', 'TDP'],
    inputUnits: ['1', 'W'],
    unit: 'W',
    fn: (share, tdp) => share * tdp,
  }),
  powerLimitSeconds: formula({
    text: 'J / (n · (TDP − w))',
    symbols: ['J', 'n', 'TDP', 'w'],
    inputUnits: ['J', 'device', 'W', 'W'],
    unit: 's',
    fn: (joules, devices, tdp, idle) => joules / (devices * (tdp - idle)),
  }),
  stepSeconds: formula({
    text: 'max(c + t, h, p)',
    symbols: ['c', 't', 'h', 'p'],
    inputUnits: ['s', 's', 's', 's'],
    unit: 's',
    fn: (compute, traffic, issue, power) => Math.max(compute + traffic, issue, power),
  }),
  stepEnergy: formula({
    text: 'J + n · w · T',
    symbols: ['J', 'n', 'w', 'T'],
    inputUnits: ['J', 'device', 'W', 's'],
    unit: 'J',
    fn: (joules, devices, idle, seconds) => joules + devices * idle * seconds,
  }),
  batchSeconds: formula({
    text: 'k · T',
    symbols: ['k', 'T'],
    inputUnits: ['count', 's'],
    unit: 's',
    fn: (steps, seconds) => steps * seconds,
  }),
  meanPower: formula({
    text: 'E / T',
    symbols: ['E', 'T'],
    inputUnits: ['J', 's'],
    unit: 'W',
    fn: (joules, seconds) => joules / seconds,
  }),
  energyPerSample: formula({
    text: 'k · E / b',
    symbols: ['k', 'E', 'b'],
    inputUnits: ['count', 'J', 'count'],
    unit: 'J',
    fn: (steps, joules, batch) => (steps * joules) / batch,
  }),
} as const
