import { BarChart, CustomChart, LineChart } from 'echarts/charts'
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
} from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { CustomSeriesRenderItem } from 'echarts/types/dist/shared'
import type { Bars, Chart, Language, Lines, Size, Spread } from './chart.ts'

use([
  AriaComponent,
  BarChart,
  CustomChart,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  SVGRenderer,
  TitleComponent,
])

/** What draws SVG behind a chart of ECharts. */
interface SvgPainter {
  readonly renderToString: (options: { useViewBox: boolean; cssEmphasis: boolean }) => string
}

/** A chart as an SVG document: the same chart and size give the same bytes. */
export function drawSvg(chart: Chart, size: Size): string {
  const canvas = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    canvas.setOption({
      animation: false,
      backgroundColor: '#fff',
      aria: { enabled: true },
      ...optionOf(chart),
    })
    const painter = canvas.getZr().painter as unknown as SvgPainter
    // Styles for hovering, and names that count the pictures drawn, would differ from one picture to the next.
    return painter
      .renderToString({ useViewBox: true, cssEmphasis: false })
      .replaceAll(/((?:clip-path="url\(#| id="))zr\d+-/g, '$1')
  } finally {
    canvas.dispose()
  }
}

function optionOf(chart: Chart): EChartsCoreOption {
  if (chart.kind === 'bars') return barsOption(chart)
  if (chart.kind === 'lines') return linesOption(chart)
  return spreadOption(chart)
}

/** Numbers in the words of the language: 9.53M, 953万. */
const formatterOf = (language: Language): ((value: number) => string) => {
  const format = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', {
    notation: 'compact',
    maximumSignificantDigits: 4,
  })
  return value => format.format(value)
}

const grid = { left: 24, right: 48, top: 72, bottom: 24 }

const titled = (chart: Chart, subtext: string) => ({
  title: { text: chart.title, subtext, left: 16, top: 8 },
  grid,
})

/** A whisker over a bar: a line from low to high with a stroke across each end. */
const whisker: CustomSeriesRenderItem = (_params, api) => {
  const row = api.value(0)
  const [from = 0, y = 0] = api.coord([api.value(1), row])
  const [to = 0] = api.coord([api.value(2), row])
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line' as const,
    shape: { x1, y1, x2, y2 },
    style: { stroke: '#333', lineWidth: 1.5 },
  })
  return {
    type: 'group',
    children: [line(from, y, to, y), line(from, y - 5, from, y + 5), line(to, y - 5, to, y + 5)],
  }
}

function barsOption(chart: Bars): EChartsCoreOption {
  const text = formatterOf(chart.language)
  const known = chart.bars.flatMap(({ interval }, row) => (interval === null ? [] : [[row, ...interval]]))
  return {
    ...titled(chart, known.length === 0 ? chart.unit : `${chart.unit}, ├─┤ 90 %`),
    xAxis: { type: 'value', axisLabel: { formatter: text } },
    yAxis: {
      type: 'category',
      inverse: true,
      // Beside a bar the value would lie under the whisker.
      data: chart.bars.map(({ name, value }) => `${name}  ${text(value)}`),
      axisLabel: { width: 360, overflow: 'truncate', interval: 0 },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 32,
        data: chart.bars.map(({ value }) => value),
      },
      { type: 'custom', renderItem: whisker, data: known, encode: { x: [1, 2], y: 0 } },
    ],
  }
}

function linesOption(chart: Lines): EChartsCoreOption {
  return {
    ...titled(chart, chart.unit),
    grid: { ...grid, bottom: 56 },
    legend: { bottom: 8, type: 'plain' },
    xAxis: { type: 'category', data: [...chart.keys], boundaryGap: false },
    yAxis: { type: 'value', axisLabel: { formatter: formatterOf(chart.language) } },
    series: chart.lines.map(({ name, values }) => ({
      type: 'line',

      name,
      data: [...values],
      symbolSize: 5,
    })),
  }
}

function spreadOption(chart: Spread): EChartsCoreOption {
  const text = formatterOf(chart.language)
  const last = chart.bins.at(-1)
  const steps = chart.bins.map(({ from, share }): [number, number] => [from, share])
  if (last !== undefined) steps.push([last.to, last.share])
  return {
    ...titled(
      chart,
      [chart.unit, ...chart.marks.map(({ name, value }) => `${name} ${text(value)}`)].join('  ·  '),
    ),
    grid: { ...grid, top: 108 },
    xAxis: { type: 'value', min: 'dataMin', max: 'dataMax', axisLabel: { formatter: text } },
    yAxis: {
      type: 'value',
      axisLabel: { formatter: (share: number) => `${+(share * 100).toPrecision(3)} %` },
    },
    series: [
      {
        type: 'line',
        step: 'end',
        showSymbol: false,
        lineStyle: { width: 1 },
        areaStyle: { opacity: 0.6 },
        data: steps,
        markLine: {
          symbol: 'none',
          lineStyle: { color: '#333' },
          label: { formatter: '{b}', color: '#333' },
          data: chart.marks.map(({ name, value }, index) => ({
            name,
            xAxis: value,
            // Neighbours keep out of each other's way.
            label: { distance: 4 + (index % 2) * 12 },
          })),
        },
      },
    ],
  }
}
