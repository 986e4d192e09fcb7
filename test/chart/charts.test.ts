import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import type { Bars, Chart, Lines, Spread } from '../../src/chart/chart.ts'
import { drawSvg } from '../../src/chart/draw.ts'
import { type AskedChart, estimateChart } from '../../src/chart/estimate-chart.ts'
import { simulationChart } from '../../src/chart/simulation-chart.ts'

const size = { width: 800, height: 400 }
const asked: AskedChart = { title: 'A title', quantity: null, language: 'en' }

/** The texts and paths of a picture; fails where it is no well-formed XML. */
function partsOf(svg: string): { texts: string[]; paths: { d: string; fill: string; stroke: string }[] } {
  const texts: string[] = []
  const paths: { d: string; fill: string; stroke: string }[] = []
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'path') {
      const { d = '', fill = '', stroke = '' } = attributes as Record<string, string>
      paths.push({ d, fill, stroke })
    }
    if (!['svg', 'g', 'path', 'rect', 'text', 'clipPath', 'defs'].includes(name)) throw new Error(name)
  })
  parser.on('text', text => {
    if (text.trim() !== '') texts.push(text.trim())
  })
  parser.write(svg).close()
  return { texts, paths }
}

/** Extent of a path along x: of a rectangle drawn from a corner by its sides, or of a line between points. */
function widthOf(d: string): number {
  const side = /^M\S+ \S+l(\S+) 0l/.exec(d)?.[1]
  if (side !== undefined) return Number(side)
  const xs = [...d.matchAll(/[ML](\S+) [^ML]+/g)].map(([, x]) => Number(x))
  return Math.max(...xs) - Math.min(...xs)
}

const bars: Bars = {
  kind: 'bars',
  title: 'Memory',
  unit: 'byte',
  language: 'en',
  bars: [
    { name: 'weights', value: 1e9, interval: null },
    { name: 'activations', value: 3e9, interval: [2e9, 5e9] },
  ],
}
const lines: Lines = {
  kind: 'lines',
  title: 'Market',
  unit: '亿元',
  language: 'zh',
  keys: ['2024', '2025'],
  lines: [{ name: '游戏', values: [2e4, 3e4] }],
}
const spread: Spread = {
  kind: 'spread',
  title: 'Cost',
  unit: 'USD',
  language: 'en',
  bins: [
    { from: 0, to: 10, share: 0.25 },
    { from: 10, to: 20, share: 0.75 },
  ],
  marks: [{ name: 'p50', value: 12.5 }],
}

describe('pictures', () => {
  it.each<[string, Chart]>([
    ['bars', bars],
    ['lines', lines],
    ['spread', spread],
  ])('%s are well-formed, run nothing, and come out the same every time', (_kind, chart) => {
    const svg = drawSvg(chart, size)
    const { texts } = partsOf(svg)
    expect(texts).toContain(chart.title)
    expect(texts.join(' ')).toContain(chart.unit)
    expect(drawSvg(chart, size)).toBe(svg)
    expect(svg).toContain('viewBox="0 0 800 400"')
  })

  it('bars are as long as their values, and whiskers as their intervals', () => {
    const { texts, paths } = partsOf(drawSvg(bars, size))
    const [short = 0, long = 0] = paths.filter(({ fill }) => fill === '#5070dd').map(({ d }) => widthOf(d))
    expect(long / short).toBeCloseTo(3, 2)
    const whisker = Math.max(...paths.filter(({ stroke }) => stroke === '#333').map(({ d }) => widthOf(d)))
    expect(whisker / short).toBeCloseTo(3, 2)
    expect(texts).toContain('activations  3B')
  })

  it('numbers are in the words of the language', () => {
    const chinese = partsOf(drawSvg({ ...bars, language: 'zh' }, size)).texts
    expect(chinese).toContain('activations  30亿')
    expect(partsOf(drawSvg(spread, size)).texts.join(' ')).toContain('p50 12.5')
  })

  it('what a caller named is text, whatever it looks like', () => {
    const name = '</text><script>alert("1")</script>&amp; class="a"'
    const svg = drawSvg({ ...lines, title: name, lines: [{ name, values: [1, 2] }] }, size)
    expect(partsOf(svg).texts.filter(text => text === name).length).toBe(2)
  })
})

const quantity = (id: string, value: number, unit: string) => ({
  id,
  label: { en: id, zh: `${id}（中）` },
  value,
  unit: unit as never,
  formula: null,
  inputs: [],
  symbols: [],
  source: null,
})
const results = {
  days: quantity('days', 4, 'day'),
  cost: quantity('cost', 5, 'USD'),
  weeks: quantity('weeks', 6, 'day'),
}
const interval = { low: 3, high: 6, coverage: 0.9, family: 'f', stratum: 's', rows: 9, publishers: 2 }
const column = (id: string, unit: string) => ({ id, label: { en: id, zh: id }, unit: unit as never })
const tables = {
  path: {
    columns: [
      column('games', 'CNY'),
      column('total', 'CNY'),
      column('inDollars', 'USD'),
      column('tam', 'CNY'),
    ],
    rows: [
      { key: '2024', values: [1, 2, 3, 4], quantities: ['a', 'b', 'c', 'd'] },
      { key: '2025', values: [5, 6, 7, 8], quantities: ['e', 'f', 'g', 'h'] },
    ],
  },
}

describe('what a chart shows of an estimate', () => {
  it('the quantities in the unit that most have, with their intervals', () => {
    expect(estimateChart({ results, intervals: { days: interval } }, { ...asked, language: 'zh' })).toEqual({
      kind: 'bars',
      title: 'A title',
      unit: 'day',
      language: 'zh',
      bars: [
        { name: 'days（中）', value: 4, interval: [3, 6] },
        { name: 'weeks（中）', value: 6, interval: null },
      ],
    })
  })

  it('those in the unit of the quantity asked for', () => {
    expect(estimateChart({ results }, { ...asked, quantity: 'cost' })).toMatchObject({
      unit: 'USD',
      bars: [{ name: 'cost', value: 5 }],
    })
  })

  it('at most forty bars, the quantity asked for among them', () => {
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`q${index}`, quantity(`q${index}`, index, 'USD')]),
    )
    for (const wanted of ['q0', 'q50', 'q99']) {
      const chart = estimateChart({ results: many }, { ...asked, quantity: wanted }) as Bars
      expect(chart.bars.length).toBe(40)
      expect(chart.bars.map(({ name }) => name)).toContain(wanted)
    }
  })

  it('a table as lines: parts and total, or the one column asked for', () => {
    expect(estimateChart({ results, tables }, asked)).toMatchObject({
      kind: 'lines',
      unit: 'CNY',
      keys: ['2024', '2025'],
      lines: [
        { name: 'games', values: [1, 5] },
        { name: 'total', values: [2, 6] },
      ],
    })
    expect(estimateChart({ results, tables }, { ...asked, quantity: 'inDollars' })).toMatchObject({
      unit: 'USD',
      lines: [{ name: 'inDollars', values: [3, 7] }],
    })
    expect(estimateChart({ results, tables }, { ...asked, quantity: 'cost' })).toMatchObject({ kind: 'bars' })
  })

  it('nothing for a quantity that it does not have, and names those that it has', () => {
    expect(estimateChart({ results, tables }, { ...asked, quantity: 'constructor' })).toEqual({
      missing: 'quantity',
      quantities: ['days', 'cost', 'weeks', 'games', 'total', 'inDollars', 'tam'],
    })
  })
})

describe('what a chart shows of a simulation', () => {
  const simulated = {
    label: { en: 'Cost', zh: '成本' },
    unit: 'USD',
    mean: 2,
    p5: 1,
    'p97.5': 3,
    histogram: { bins: [{ from: 0, to: 4, share: 1 }] },
  }

  it('how the quantity spreads, with every percentile and the mean', () => {
    expect(simulationChart({ results: { cost: simulated } }, { ...asked, language: 'zh' })).toEqual({
      kind: 'spread',
      title: 'A title · 成本',
      unit: 'USD',
      language: 'zh',
      bins: [{ from: 0, to: 4, share: 1 }],
      marks: [
        { name: 'p5', value: 1 },
        { name: 'p97.5', value: 3 },
        { name: '均值', value: 2 },
      ],
    })
  })

  it('nothing without a histogram, or for what was not simulated', () => {
    const flat = { cost: { ...simulated, histogram: null } }
    expect(simulationChart({ results: flat }, asked)).toMatchObject({ missing: 'histogram' })
    expect(simulationChart({ results: flat }, { ...asked, quantity: 'toString' })).toEqual({
      missing: 'quantity',
      quantities: ['cost'],
    })
  })
})
