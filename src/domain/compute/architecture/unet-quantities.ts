import { type QuantityDefinition, quantity } from '../../sheet/quantity.ts'
import type { Unit } from '../../units.ts'

/** One of a level's quantities: `levels.0.width`. */
function ofLevel<const U extends Unit>(
  level: number,
  what: string,
  unit: U,
  en: string,
  zh: string,
): QuantityDefinition<U> {
  return {
    ...quantity(`levels.${level}.${what}`, unit, `${en} of level ${level + 1}`, `第 ${level + 1} 层级${zh}`),
    family: { id: `levels.{level}.${what}`, label: { en: `${en} of a level`, zh: `层级${zh}` } },
  }
}

/** The quantities of a level, the first 0. */
export const levelQuantities = (level: number) => ({
  multiplier: ofLevel(level, 'multiplier', 'count', 'Channels by those of the first level', '通道倍数'),
  width: ofLevel(level, 'width', 'count', 'Channels', '通道数'),
  places: ofLevel(level, 'places', 'count', 'Places of the latent', '潜变量格数'),
  depth: ofLevel(
    level,
    'transformerDepth',
    'count',
    'Transformer layers in a block',
    '每块 Transformer 层数',
  ),
})

/** One of a block's quantities; a block is named by its half, its level and its place: `down.1.2`. */
function ofBlock<const U extends Unit>(
  block: string,
  what: string,
  unit: U,
  en: string,
  zh: string,
): QuantityDefinition<U> {
  return {
    ...quantity(`blocks.${block}.${what}`, unit, `${en}, block ${block}`, `块 ${block} ${zh}`),
    family: { id: `blocks.{block}.${what}`, label: { en: `${en} of a block`, zh: `块${zh}` } },
  }
}

/** The quantities of a block. */
export const blockQuantities = (block: string) => ({
  before: ofBlock(block, 'inputWidth', 'count', 'Channels that come in', '输入通道数'),
  residual: ofBlock(
    block,
    'residualParameters',
    'parameter',
    'Parameters of the residual part',
    '残差参数量',
  ),
  residualFlop: ofBlock(block, 'residualFlop', 'FLOP', 'FLOP of the residual part', '残差浮点运算次数'),
  transformer: ofBlock(
    block,
    'transformerParameters',
    'parameter',
    'Parameters of the transformer',
    'Transformer 参数量',
  ),
  transformerFlop: ofBlock(
    block,
    'transformerFlop',
    'FLOP',
    'Matrix products of the transformer',
    'Transformer 矩阵乘法浮点运算次数',
  ),
  attention: ofBlock(
    block,
    'attentionFlop',
    'FLOP',
    'Attention cores of the transformer',
    'Transformer 注意力核浮点运算次数',
  ),
  resampling: ofBlock(
    block,
    'resamplingParameters',
    'parameter',
    'Parameters of the change of size',
    '缩放参数量',
  ),
  resamplingFlop: ofBlock(block, 'resamplingFlop', 'FLOP', 'FLOP of the change of size', '缩放浮点运算次数'),
})

/** FLOP by what does the work, and the convolutions from and to the latent. */
export const unetQuantities = {
  residualFlop: quantity('residualFlop', 'FLOP', 'FLOP of all residual blocks', '全部残差块浮点运算次数'),
  transformerFlop: quantity(
    'transformerFlop',
    'FLOP',
    'Matrix products of all transformers',
    '全部 Transformer 矩阵乘法浮点运算次数',
  ),
  resamplingFlop: quantity('resamplingFlop', 'FLOP', 'FLOP of all changes of size', '全部缩放层浮点运算次数'),
  embeddingFlop: quantity('embeddingFlop', 'FLOP', 'FLOP of the embedding of the step', '步嵌入浮点运算次数'),
  ends: quantity(
    'latentConvolutionParameters',
    'parameter',
    'Parameters of the convolutions from and to the latent',
    '潜变量输入输出卷积参数量',
  ),
  endsFlop: quantity(
    'latentConvolutionFlop',
    'FLOP',
    'FLOP of the convolutions from and to the latent',
    '潜变量输入输出卷积浮点运算次数',
  ),
} as const
