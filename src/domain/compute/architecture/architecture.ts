import { DomainError } from '../../errors.ts'
import type { BuiltEstimate, Estimator, Lookup } from '../../estimate.ts'
import type { ModelChoice } from '../model.ts'
import { diffusionModels } from './diffusion-models.ts'
import { type FlopConventionName, flopConventionNames } from './flop.ts'
import { buildImageArchitecture, type ImageModelChoice } from './image-architecture.ts'
import { type ImageFlopConventionName, imageFlopConventionNames } from './image-conventions.ts'
import { buildLanguageArchitecture } from './language-architecture.ts'
import { unetModels } from './unet-models.ts'

/** Every name that FLOP may be asked for under: of tokens, then of images. */
export const architectureConventionNames = [...flopConventionNames, ...imageFlopConventionNames]

/** What `architecture` is asked: a language model and a sequence, or a model of images and the size of a picture. */
export interface ArchitectureRequest {
  readonly model: ModelChoice | ImageModelChoice
  /** Tokens; of language models. */
  readonly sequence?: number
  readonly convention?: FlopConventionName | ImageFlopConventionName
  /** Pixels; of models of images. */
  readonly height?: number
  readonly width?: number
  /** Of a video; of diffusion transformers. */
  readonly frames?: number
}

function refuse(member: string, value: string | number, message: string): never {
  throw new DomainError('inconsistent-inputs', message, { pointer: `/${member}`, facts: { [member]: value } })
}

function conventionAmong<Name extends string>(
  names: readonly Name[],
  asked: string | undefined,
  what: string,
): Name | undefined {
  if (asked === undefined) return undefined
  const found = names.find(name => name === asked)
  if (found !== undefined) return found
  return refuse(
    'convention',
    asked,
    `convention = ${asked} does not count the FLOP of ${what}; give one of ${names.join(', ')}.`,
  )
}

function build(request: ArchitectureRequest, lookup: Lookup): BuiltEstimate {
  const { model, sequence, convention, height, width, frames } = request
  if ('vision' in model || 'diffusion' in model) {
    if (sequence !== undefined) {
      refuse(
        'sequence',
        sequence,
        `sequence = ${sequence}, but the tokens of a picture follow from its size; leave sequence out and give height and width.`,
      )
    }
    const asked = conventionAmong(imageFlopConventionNames, convention, 'a picture')
    return buildImageArchitecture({ model, height, width, frames, convention: asked })
  }
  for (const [member, value] of Object.entries({ height, width, frames })) {
    if (value === undefined) continue
    refuse(
      member,
      value,
      `${member} = ${value}, but a language model sees no picture; leave ${member} out, or give model.vision or model.diffusion.`,
    )
  }
  const asked = conventionAmong(flopConventionNames, convention, 'a token')
  return buildLanguageArchitecture(
    { model, ...(sequence !== undefined && { sequence }), ...(asked && { convention: asked }) },
    lookup,
  )
}

/** Parameters of an architecture part by part, and its FLOP a token or a picture under every convention. */
export const architecture: Estimator<ArchitectureRequest> = {
  id: 'architecture',
  label: { en: 'Parameters and FLOP of an architecture', zh: '模型结构的参数量与浮点运算次数' },
  description: {
    en: 'Parameters of a transformer part by part (attention with shared or latent keys and values, gated or plain feed-forward parts, experts, state-space layers, embeddings), those that a token passes through and those that multiply, and the FLOP of a token under a named convention: causal or full attention, with or without the output head. A table converts between all conventions. Norms and biases, under 0.1 %, are left out. Of a vision transformer, a diffusion transformer or a U-Net of latent diffusion, by id or described: parameters part by part and the FLOP of one pass over one picture, forward and in training, a multiply-add counted as two or, as papers on vision print it, as one, with or without attention. Layers that prepare the text of a diffusion transformer are not counted.',
    zh: 'Transformer 各部分参数量（共享或低秩键值的注意力、门控或普通前馈、专家、状态空间层、词嵌入）、每 token 激活与参与乘法的参数量，以及在指定口径（因果或完整注意力，含或不含输出层）下每 token 的浮点运算次数；表中给出各口径之间的换算。归一化与偏置（低于 0.1%）不计。对视觉 Transformer、扩散 Transformer 与潜变量扩散 U-Net（按编号或按结构给出）：各部分参数量，以及单幅图像一次前向与训练的浮点运算次数，乘加计两次或按视觉论文计一次，含或不含注意力；扩散 Transformer 的文本预处理层不计。',
  },
  needs: () => [],
  build,
  illustrations: [
    { model: { id: 'gpt-3-175b' }, convention: 'full' },
    { model: { id: 'deepseek-v3' }, sequence: 4096 },
    {
      model: {
        architecture: {
          ...{ layers: 24, hidden: 2048, heads: 16, ffn: 8192, vocab: 50_000 },
          ...{ stateSpaceLayers: 18, stateSize: 128, relativePositionProjection: true },
          ...{ attention: 'mla', kvLoraRank: 256, qkNopeHeadDim: 96, qkRopeHeadDim: 32, vHeadDim: 128 },
        },
      },
    },
    { model: { vision: { id: 'vit-b-16' } } },
    {
      model: {
        vision: { transformer: { layers: 24, hidden: 1024, ffn: 4096, patch: 14, classes: 1000 } },
      },
      ...{ height: 518, width: 518, convention: 'multiply-add-as-one' },
    },
    { model: { diffusion: { id: 'stable-diffusion-3.5-medium' } } },
    { model: { diffusion: { id: 'pixart-alpha' } } },
    { model: { diffusion: { transformer: diffusionModels['dit-xl-2'].transformer } } },
    {
      model: { diffusion: { id: 'hunyuan-video' } },
      ...{ height: 480, width: 832, frames: 61, convention: 'multiply-add-as-two-without-attention' },
    },
    { model: { diffusion: { id: 'stable-diffusion-xl' } } },
    {
      model: { diffusion: { unet: unetModels['stable-diffusion-1.5'].unet } },
      convention: 'multiply-add-as-one-without-attention',
    },
  ],
}
