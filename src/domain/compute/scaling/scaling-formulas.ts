import { formula } from '../../sheet/formula.ts'
import { dataLimitedParameters } from './data-limited.ts'
import { inferenceAwareParameters } from './inference-aware.ts'

/** Budgets of a kind, as FLOP. */
export const budgetFormulas = {
  flopOfMoney: formula({
    text: 'm / p · 3600 · F',
    symbols: ['m', 'p', 'F'],
    inputUnits: ['USD', 'USD/(device·hour)', 'FLOP/s'],
    unit: 'FLOP',
    fn: (money, price, flopPerSecond) => (money / price) * 3600 * flopPerSecond,
  }),
  dollars: formula({
    text: 'm / r',
    symbols: ['m', 'r'],
    inputUnits: ['CNY', 'CNY/USD'],
    unit: 'USD',
    fn: (yuan, rate) => yuan / rate,
  }),
} as const

/** The optimum and the loss that each form of law gives. */
export const lawFormulas = {
  allocationConstant: formula({
    text: '(α · A / (β · B))^(1 / (α + β))',
    symbols: ['A', 'α', 'B', 'β'],
    inputUnits: ['1', '1', '1', '1'],
    unit: '1',
    fn: (a, alpha, b, beta) => ((alpha * a) / (beta * b)) ** (1 / (alpha + beta)),
    source: 'chinchilla-paper',
  }),
  parametricParameters: formula({
    text: 'G · (C / 6)^(β / (α + β))',
    symbols: ['G', 'C', 'α', 'β'],
    inputUnits: ['1', 'FLOP', '1', '1'],
    unit: 'parameter',
    fn: (g, c, alpha, beta) => g * (c / 6) ** (beta / (alpha + beta)),
    source: 'chinchilla-paper',
  }),
  frontierParameters: formula({
    text: 'N0 · (C / C0)^a',
    symbols: ['N0', 'C', 'C0', 'a'],
    inputUnits: ['parameter', 'FLOP', 'FLOP', '1'],
    unit: 'parameter',
    fn: (anchor, c, anchorFlop, growth) => anchor * (c / anchorFlop) ** growth,
  }),
  parametricLoss: formula({
    text: 'E + A / N^α + B / D^β',
    symbols: ['E', 'A', 'N', 'α', 'B', 'D', 'β'],
    inputUnits: ['nat/token', '1', 'parameter', '1', '1', 'token', '1'],
    unit: 'nat/token',
    fn: (e, a, n, alpha, b, d, beta) => e + a / n ** alpha + b / d ** beta,
    source: 'chinchilla-paper',
  }),
  kaplanFrontierLoss: formula({
    text: '(Cc / C)^αC',
    symbols: ['Cc', 'C', 'αC'],
    inputUnits: ['FLOP', 'FLOP', '1'],
    unit: 'nat/token',
    fn: (scale, c, exponent) => (scale / c) ** exponent,
    source: 'kaplan-2020',
  }),
  kaplanLoss: formula({
    text: '((Nc / N)^(αN / αD) + Dc / D)^αD',
    symbols: ['Nc', 'N', 'αN', 'Dc', 'D', 'αD'],
    inputUnits: ['parameter', 'parameter', '1', 'token', 'token', '1'],
    unit: 'nat/token',
    fn: (nc, n, alphaN, dc, d, alphaD) => ((nc / n) ** (alphaN / alphaD) + dc / d) ** alphaD,
    source: 'kaplan-2020',
  }),
  tokensPerParameter: formula({
    text: 'D / N',
    symbols: ['D', 'N'],
    inputUnits: ['token', 'parameter'],
    unit: 'token/parameter',
    fn: (d, n) => d / n,
  }),
} as const

/** Serving a model over its lifetime, and the model that makes training and serving cheapest together. */
export const inferenceFormulas = {
  inferenceFlop: formula({
    text: '2 · N · I',
    symbols: ['N', 'I'],
    inputUnits: ['parameter', 'token'],
    unit: 'FLOP',
    fn: (n, tokens) => 2 * n * tokens,
    source: 'sardana-2023',
  }),
  costRatio: formula({
    text: 'F / (u · P)',
    symbols: ['F', 'u', 'P'],
    inputUnits: ['FLOP/s', '1', 'FLOP/s'],
    unit: '1',
    fn: (effective, utilisation, peak) => effective / (utilisation * peak),
  }),
  deviceDays: formula({
    text: 'C / (u · P · 86 400)',
    symbols: ['C', 'u', 'P'],
    inputUnits: ['FLOP', '1', 'FLOP/s'],
    unit: 'day',
    fn: (c, utilisation, peak) => c / (utilisation * peak) / 86_400,
  }),
  cost: formula({
    text: 'T · 24 · p',
    symbols: ['T', 'p'],
    inputUnits: ['day', 'USD/(device·hour)'],
    unit: 'USD',
    fn: (days, price) => days * 24 * price,
  }),
  lifetimeFlop: formula({
    text: 'C + Ci',
    symbols: ['C', 'Ci'],
    inputUnits: ['FLOP', 'FLOP'],
    unit: 'FLOP',
    fn: (training, inference) => training + inference,
  }),
  lifetimeCost: formula({
    text: 'K + Ki',
    symbols: ['K', 'Ki'],
    inputUnits: ['USD', 'USD'],
    unit: 'USD',
    fn: (training, inference) => training + inference,
  }),
  lifetimeCostOfFlop: formula({
    text: '(C + k · Ci) / (F · 3600) · p',
    symbols: ['C', 'k', 'Ci', 'F', 'p'],
    inputUnits: ['FLOP', '1', 'FLOP', 'FLOP/s', 'USD/(device·hour)'],
    unit: 'USD',
    fn: (training, ratio, inference, flopPerSecond, price) =>
      ((training + ratio * inference) / flopPerSecond / 3600) * price,
  }),
  parameters: formula({
    text: null,
    symbols: ['L', 'E', 'A', 'α', 'B', 'β', 'I', 'k'],
    inputUnits: ['nat/token', 'nat/token', '1', '1', '1', '1', 'token', '1'],
    unit: 'parameter',
    fn: inferenceAwareParameters,
    source: 'sardana-2023',
  }),
  tokensForLoss: formula({
    text: '(B / (L − E − A / N^α))^(1 / β)',
    symbols: ['L', 'E', 'A', 'N', 'α', 'B', 'β'],
    inputUnits: ['nat/token', 'nat/token', '1', 'parameter', '1', '1', '1'],
    unit: 'token',
    fn: (loss, e, a, n, alpha, b, beta) => (b / (loss - e - a / n ** alpha)) ** (1 / beta),
    source: 'sardana-2023',
  }),
} as const

/** Training on tokens that run out and repeat. */
export const dataFormulas = {
  parametersForUniqueTokens: formula({
    text: 'G · (G · U)^(β / α)',
    symbols: ['G', 'U', 'α', 'β'],
    inputUnits: ['1', 'token', '1', '1'],
    unit: 'parameter',
    fn: (g, unique, alpha, beta) => g * (g * unique) ** (beta / alpha),
    source: 'muennighoff-2023',
  }),
  parameters: formula({
    text: null,
    symbols: ['C', 'U', 'NU', 'A', 'α', 'B', 'β', 'RN', 'RD'],
    inputUnits: ['FLOP', 'token', 'parameter', '1', '1', '1', '1', '1', '1'],
    unit: 'parameter',
    fn: dataLimitedParameters,
    source: 'muennighoff-2023',
  }),
  epochs: formula({
    text: 'D / U',
    symbols: ['D', 'U'],
    inputUnits: ['token', 'token'],
    unit: '1',
    fn: (tokens, unique) => tokens / unique,
  }),
  effectiveTokens: formula({
    text: 'min(D, U) + U · R · (1 − exp(−max(D / U − 1, 0) / R))',
    symbols: ['D', 'U', 'R'],
    inputUnits: ['token', 'token', '1'],
    unit: 'token',
    fn: (tokens, unique, scale) =>
      Math.min(tokens, unique) + unique * scale * (1 - Math.exp(-Math.max(tokens / unique - 1, 0) / scale)),
    source: 'muennighoff-2023',
  }),
  effectiveParameters: formula({
    text: 'min(N, NU) + NU · R · (1 − exp(−max(N / NU − 1, 0) / R))',
    symbols: ['N', 'NU', 'R'],
    inputUnits: ['parameter', 'parameter', '1'],
    unit: 'parameter',
    fn: (n, useful, scale) =>
      Math.min(n, useful) + useful * scale * (1 - Math.exp(-Math.max(n / useful - 1, 0) / scale)),
    source: 'muennighoff-2023',
  }),
} as const
