import type { ExampleRequest } from '../example-requests.ts'

const operation = 'estimateArchitecture'

export const architectureExamples: readonly ExampleRequest[] = [
  {
    name: 'deepseek-v3-parameters',
    operation,
    summary: 'DeepSeek-V3: 671 B parameters, of which a token passes through 37 B',
    body: { model: { id: 'deepseek-v3' }, sequence: 4096 },
  },
  {
    name: 'llama-3-8b-flop-conventions',
    operation,
    summary: 'FLOP of a token of Llama 3 8B at 8,192 tokens under every convention',
    body: { model: { id: 'llama-3-8b' }, sequence: 8192, convention: 'full' },
  },
  {
    name: 'vision-transformer-gmacs',
    operation,
    summary: 'ViT-B/16: 86.6 M parameters and the 17.6 G multiply-adds that papers on vision print',
    body: { model: { vision: { id: 'vit-b-16' } }, convention: 'multiply-add-as-one' },
  },
  {
    name: 'stable-diffusion-unet',
    operation,
    summary: 'The U-Net of Stable Diffusion 1.5 at 512 pixels; `trace` shows it block by block',
    body: { model: { diffusion: { id: 'stable-diffusion-1.5' } } },
  },
  {
    name: 'diffusion-transformer-described',
    operation,
    summary: 'DiT-XL/2 as its paper describes it: 675 M parameters, 118.6 G multiply-adds at 256 pixels',
    body: {
      model: {
        diffusion: {
          transformer: {
            ...{ layers: 28, hidden: 1152, ffn: 4608, text: 'none', textTokens: 0, classes: 1001 },
            ...{ dualAttentionLayers: 0, parallelLayers: 0, skipLayers: 0, modulationMatrices: 6 },
            ...{ pixelsPerToken: 16, framesPerLatent: 1 },
          },
        },
      },
      ...{ height: 256, width: 256, convention: 'multiply-add-as-one' },
    },
  },
]
