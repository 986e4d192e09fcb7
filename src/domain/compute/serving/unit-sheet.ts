import { sumFormula } from '../../sheet/formula.ts'
import { byDefault, type Provenance, type QuantityDefinition, quantity } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import type { ServingConstantName, ServingConstants } from './plain-constant.ts'
import { plainConstants } from './plain-constants.ts'
import type { ServingUnit } from './serving-unit.ts'
import { shareFormulas } from './share-formulas.ts'
import { plainAttention, plainCache, plainMatmul } from './shares.ts'
import { expertImbalance, isCaptured, layerLatency, layerLaunch, stepOverheadOf } from './step-time.ts'
import { type UnitPart, unitParts, unitQuantities } from './unit-parts.ts'

/** Constants that hold for a stack on a device family, with those joined that always go together. */
const constantValues = {
  matmul: plainMatmul,
  attentionMatmul: plainAttention,
  cacheBandwidth: plainCache,
  layerLatency,
  stepOverhead: stepOverheadOf,
  eagerLayer: layerLaunch,
  expertImbalance,
} as const satisfies Partial<Record<ServingConstantName, (u: ServingUnit, c: ServingConstants) => number>>

/** Shares of what a data sheet promises that depend on the model as well. */
const shareQuantities = {
  matmulShare: quantity(
    'matmulShare',
    '1',
    'Share of the matrix throughput that products reach',
    '矩阵乘法达到的吞吐比例',
  ),
  expertMatmulShare: quantity(
    'expertMatmulShare',
    '1',
    'Share of the matrix throughput that products of experts reach',
    '专家矩阵乘法达到的吞吐比例',
  ),
  weightShare: quantity(
    'weightShare',
    '1',
    'Share of the bandwidth at which weights are read and widened',
    '读取并展宽权重达到的带宽比例',
  ),
  cacheShare: quantity(
    'cacheShare',
    '1',
    'Share of the bandwidth over all passes of the cache',
    '缓存多遍访存折算的带宽比例',
  ),
  promptAttentionShare: quantity(
    'promptAttentionShare',
    '1',
    'Share of the 16-bit throughput that attention reaches',
    '注意力达到的 16 位吞吐比例',
  ),
  decodeAttentionShare: quantity(
    'decodeAttentionShare',
    '1',
    'Share of the 16-bit throughput that attention over caches reaches',
    '缓存注意力达到的 16 位吞吐比例',
  ),
} as const
type Share = keyof typeof shareQuantities

const constantQuantities = new Map<string, QuantityDefinition>([
  ...plainConstants.map(({ id, unit, label }) => [id, quantity(id, unit, label.en, label.zh)] as const),
  [
    'headMatmul',
    quantity(
      'headMatmul',
      '1',
      'Share of the 16-bit throughput that the output head reaches',
      '输出头达到的 16 位吞吐比例',
    ),
  ],
])

/** Hands out the handles of a unit's numbers and constants, each written on the sheet when it is first asked for. */
export class UnitSheet {
  readonly sheet: Sheet
  readonly unit: ServingUnit
  readonly constants: ServingConstants
  readonly #why: Provenance
  readonly #context: number

  /** `why` says where constants are from; `context` is the mean context of a token, in tokens. */
  constructor(
    sheet: Sheet,
    unit: ServingUnit,
    constants: ServingConstants,
    why: Provenance,
    context: number,
  ) {
    this.sheet = sheet
    this.unit = unit
    this.constants = constants
    this.#why = why
    this.#context = context
  }

  /** Whether some layers see no more than a window. */
  get windowed(): boolean {
    return this.unit.model.windowedCacheElements > 0
  }

  /** Whether prompts pass layers of their own. */
  get encodes(): boolean {
    return this.unit.model.encoderLayers > 0
  }

  /** Whether a step is launched as one captured graph, with sequences that decode or without any. */
  captures(decodes: boolean): boolean {
    return decodes ? isCaptured(this.unit, 1, this.#context) : isCaptured(this.unit, 0, 0)
  }

  /** A number of the unit. */
  of<P extends UnitPart>(part: P): Handle<(typeof unitParts)[P][0]> {
    let handle = this.sheet.find(part)
    if (handle === undefined) {
      handle = this.sheet.input(unitQuantities[part], unitParts[part][3](this.unit), fromLayout)
    }
    return handle as Handle<(typeof unitParts)[P][0]>
  }

  /** The sum of parts. */
  sum(definition: QuantityDefinition<'s'>, parts: readonly Handle<'s'>[]): Handle<'s'> {
    return this.sheet.derive(definition, sumFormula('s', parts.length), parts)
  }

  /** A share that kernels reach, derived when it is first asked for; a constant where nothing else decides it. */
  share(share: Share): Handle<'1'> {
    return (this.sheet.find(share) as Handle<'1'> | undefined) ?? this.#shareOf(share)
  }

  #shareOf(share: Share): Handle<'1'> {
    const { sheet, unit } = this
    const definition = shareQuantities[share]
    switch (share) {
      case 'matmulShare':
      case 'expertMatmulShare':
        return sheet.derive(definition, shareFormulas.deep, [
          this.constant('matmul'),
          this.of(share === 'matmulShare' ? 'depth' : 'expertDepth'),
          this.constant('fillingDepth'),
        ])
      case 'weightShare':
        if (unit.widenedBytes === 0 || !Number.isFinite(unit.vectorPeak))
          return this.constant('weightBandwidth')
        return sheet.derive(definition, shareFormulas.widened, [
          this.constant('weightBandwidth'),
          this.constant<'FLOP'>('widening'),
          this.of('deviceBandwidth'),
          this.of('widenedBytes'),
          this.of('vectorPeak'),
        ])
      case 'cacheShare':
        if (unit.cachePasses === 1) return this.constant('cacheBandwidth')
        return sheet.derive(definition, shareFormulas.copied, [
          this.constant('cacheBandwidth'),
          this.of('cachePasses'),
        ])
      case 'decodeAttentionShare':
        if (unit.model.decodeScore === unit.model.promptScore) return this.share('promptAttentionShare')
        return this.#attentionShare(definition, 'decodeScoreRatio')
      case 'promptAttentionShare':
        return this.#attentionShare(definition, 'promptScoreRatio')
    }
  }

  #attentionShare(
    definition: QuantityDefinition<'1'>,
    ratio: 'promptScoreRatio' | 'decodeScoreRatio',
  ): Handle<'1'> {
    return this.sheet.derive(definition, shareFormulas.attention, [
      this.constant('attentionMatmul'),
      this.constant<'FLOP'>('softmax'),
      this.of(ratio),
    ])
  }

  /** A constant of the calibration; `headMatmul` is that of the output head, which stays in 16 bits. */
  constant<U extends Unit = '1'>(id: ServingConstantName | 'headMatmul'): Handle<U> {
    let handle = this.sheet.find(id)
    if (handle === undefined) {
      const definition = constantQuantities.get(id) as QuantityDefinition<U>
      const joined = (
        constantValues as Partial<Record<string, (u: ServingUnit, c: ServingConstants) => number>>
      )[id]
      const value =
        id === 'headMatmul'
          ? this.constants.matmul
          : joined === undefined
            ? this.constants[id]
            : joined(this.unit, this.constants)
      handle = this.sheet.input(definition, value, this.#why)
    }
    return handle as Handle<U>
  }
}

const fromLayout: Provenance = {
  status: 'derived',
  source: null,
  provenance: 'derived',
  note: {
    en: 'from the architecture, the number format, the layout and the data sheet of the device',
    zh: '由模型结构、数值格式、并行布局与设备规格得出',
  },
}

/** Where constants are from that no profile holds. */
export const fromPriors = byDefault('what is known before any measurement', '未经测量数据拟合的先验值')
