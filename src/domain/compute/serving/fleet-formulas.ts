import { formula } from '../../sheet/formula.ts'
import { copiesForWait, erlangC, meanWait } from './erlang.ts'

/** The devices for daily users, each written once. */
export const fleetFormulas = {
  meanRequests: formula({
    text: 'u · r / 86400',
    symbols: ['u', 'r'],
    inputUnits: ['person', 'count'],
    unit: '1/s',
    fn: (users, requests) => (users * requests) / 86_400,
  }),
  peakRequests: formula({
    text: 'm · k',
    symbols: ['m', 'k'],
    inputUnits: ['1/s', '1'],
    unit: '1/s',
    fn: (mean, peak) => mean * peak,
  }),
  /** Requests in progress at once (Little's law). */
  inProgress: formula({
    text: 'l · t',
    symbols: ['l', 't'],
    inputUnits: ['1/s', 's'],
    unit: 'count',
    fn: (rate, seconds) => rate * seconds,
    source: 'little-1961',
  }),
  copiesForLoad: formula({
    text: 'ceil(l · o / (x · u))',
    symbols: ['l', 'o', 'x', 'u'],
    inputUnits: ['1/s', 'token', 'token/s', '1'],
    unit: 'count',
    fn: (rate, output, tokens, utilisation) => Math.ceil((rate * output) / (tokens * utilisation)),
  }),
  /** The fewest copies whose mean wait is within bounds: a search over Erlang's formula. */
  copiesForWait: formula({
    text: null,
    symbols: ['n', 'l', 't', 'a', 's', 'w'],
    inputUnits: ['count', '1/s', 's', '1', '1', 's'],
    unit: 'count',
    fn: copiesForWait,
    source: 'erlang-1917',
  }),
  most: formula({
    text: 'max(x, y) + s',
    symbols: ['x', 'y', 's'],
    inputUnits: ['count', 'count', 'count'],
    unit: 'count',
    fn: (one, other, spares) => Math.max(one, other) + spares,
  }),
  places: formula({
    text: 'floor(c · n)',
    symbols: ['c', 'n'],
    inputUnits: ['count', 'count'],
    unit: 'count',
    fn: (copies, sequences) => Math.floor(copies * sequences),
  }),
  waitProbability: formula({
    text: null,
    symbols: ['c', 'A'],
    inputUnits: ['count', 'count'],
    unit: '1',
    fn: erlangC,
    source: 'erlang-1917',
  }),
  meanWait: formula({
    text: null,
    symbols: ['c', 'l', 't', 'a', 's'],
    inputUnits: ['count', '1/s', 's', '1', '1'],
    unit: 's',
    fn: meanWait,
    source: 'allen-1990',
  }),
  fleetCost: formula({
    text: '24 · d · p',
    symbols: ['d', 'p'],
    inputUnits: ['device', 'USD/(device·hour)'],
    unit: 'USD/day',
    fn: (devices, price) => 24 * devices * price,
  }),
  fleetPurchase: formula({
    text: 'd · p',
    symbols: ['d', 'p'],
    inputUnits: ['device', 'USD/device'],
    unit: 'USD',
    fn: (devices, price) => devices * price,
  }),
} as const
