import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Transformer } from '../architecture/transformer.ts'
import { constantProvenance } from '../calibration/constant-provenance.ts'
import { quantities as q } from './quantities.ts'
import { cachedLayers } from './serving-memory.ts'
import {
  type ServingMemoryJob,
  type ServingMemoryRequest,
  servingDefaults,
} from './serving-memory-request.ts'
import {
  type ServingOverheads,
  servingOverheadFormulas as s,
  servingMemoryParameters,
  widestPart,
} from './serving-overheads.ts'
import { servingSheetFormulas } from './serving-sheet-formulas.ts'
import { servingWorkFormulas as f, largestMatrix, positionWidth, widenedBytes } from './serving-work.ts'
import { unquantisedBytes } from './storage-format.ts'

/** What the work of a step is written from. */
export interface WorkWritten {
  readonly t: Transformer
  readonly provenance: Provenance
  readonly request: ServingMemoryRequest
  readonly job: ServingMemoryJob
  readonly overheads: ServingOverheads
  readonly onDevice: Provenance
  readonly cache: Handle<'byte'>
}

/** What is at work on a sheet, and the parts of it that the program has. */
export interface WrittenWork {
  readonly activations: Handle<'byte'>
  /** Tables of positions. */
  readonly tables: Handle<'byte'> | undefined
  /** Caches beside the one that is kept, beyond the activations, and how many caches there are with it. */
  readonly copies: { readonly bytes: Handle<'byte'>; readonly number: Handle<'count'> } | undefined
  readonly widened: Handle<'byte'> | undefined
}

/** Writes what a program holds at the peak beside weights, one cache and its runtime. */
export function writeServingWork(sheet: Sheet, written: WorkWritten): WrittenWork {
  const activations = writeActivations(sheet, written)
  return {
    activations,
    tables: writePositionTables(sheet, written),
    copies: writeCopies(sheet, written, activations),
    widened: writeWidened(sheet, written),
  }
}

/** A habit of the program, with its reason. */
function habit({ request: { program = 'paged' } }: WorkWritten, en: string, zh: string): Provenance {
  return byDefault(`${program}: ${en}`, `${program}：${zh}`)
}

function writeActivations(sheet: Sheet, written: WorkWritten): Handle<'byte'> {
  const { t, provenance, request, job, overheads, onDevice } = written
  const { habits, step, placement } = job
  const constant = (id: string): Provenance => constantProvenance(servingMemoryParameters, id)
  const tokens = sheet.input(
    q.stepTokens,
    step.tokens,
    request.stepTokens !== undefined || request.prompt !== undefined
      ? given
      : habits.wholePrompts
        ? habit(written, 'whole prompts, each as long as a sequence', '整段提示一次计算，按序列最大长度计')
        : byDefault('chunked prefill', '分块预填充'),
  )
  const format = sheet.input(q.stepFormat, step.bytes, byDefault('16 bits', '16 位'))
  const hidden = sheet.input(q.hidden, t.hidden, provenance)
  const forward = sheet.derive(q.forwardBytes, s.forward, [
    tokens,
    format,
    hidden,
    sheet.input(q.widestPart, widestPart(t, placement), onDevice),
    sheet.input(q.forwardBuffers, overheads.forwardBuffers, constant('forwardBuffers')),
  ])
  const vocabulary = sheet.input(q.vocabulary, t.vocab, provenance)
  const choosing =
    habits.promptLogitBytes > 0
      ? sheet.derive(q.choosingBytes, f.promptLogits, [
          tokens,
          format,
          hidden,
          vocabulary,
          sheet.input(
            q.promptLogitBytes,
            habits.promptLogitBytes,
            request.promptLogitBytes === undefined
              ? habit(
                  written,
                  'logits of every token of the prompt in 16 bits, and where they are widened a copy in 32',
                  '整段提示每个 token 的 16 位 logits，转换时另有 32 位副本',
                )
              : given,
          ),
        ])
      : sheet.derive(q.choosingBytes, s.sampling, [
          tokens,
          format,
          hidden,
          sheet.input(
            q.stepSequences,
            step.sequences,
            request.stepSequences === undefined ? byDefault('a common bound', '常见上限') : given,
          ),
          vocabulary,
          sheet.input(q.samplingBytes, overheads.samplingBytes, constant('samplingBytes')),
        ])
  return sheet.derive(q.activationBytes, servingSheetFormulas.greater, [forward, choosing])
}

function writePositionTables(sheet: Sheet, written: WorkWritten): Handle<'byte'> | undefined {
  const { t, request, job, onDevice } = written
  const { habits, placement, positions } = job
  if (!habits.positionTables || t.learnedPositions > 0) return undefined
  return sheet.derive(q.positionTableBytes, f.positionTables, [
    sheet.input(q.layersWithPositions, cachedLayers(t) / placement.pipeline, onDevice),
    sheet.input(
      q.positions,
      positions,
      request.positions === undefined
        ? habit(
            written,
            `each layer has tables of its own, of the sequence and at least ${servingDefaults.sequence} positions`,
            `每层各有位置表，覆盖序列且不少于 ${servingDefaults.sequence} 个位置`,
          )
        : given,
    ),
    sheet.input(q.positionWidth, positionWidth(t), onDevice),
    sheet.input(q.positionFormat, unquantisedBytes, byDefault('16 bits', '16 位')),
  ])
}

function writeCopies(sheet: Sheet, written: WorkWritten, activations: Handle<'byte'>): WrittenWork['copies'] {
  const { request, job, cache } = written
  const { cacheCopies } = job.habits
  if (cacheCopies === 1) return undefined
  const number = sheet.input(
    q.cacheCopies,
    cacheCopies,
    request.cacheCopies === undefined
      ? habit(
          written,
          'each step makes a new cache of every layer, while the caller still holds the last',
          '每步为各层新建缓存，而调用方仍持有上一步的缓存',
        )
      : given,
  )
  return { number, bytes: sheet.derive(q.cacheCopyBytes, f.cacheCopies, [number, cache, activations]) }
}

function writeWidened(sheet: Sheet, written: WorkWritten): Handle<'byte'> | undefined {
  const { t, job, onDevice } = written
  const { habits, placement, weight } = job
  if (widenedBytes(t, placement, habits, weight) === 0) return undefined
  return sheet.derive(q.widenedWeightBytes, f.widened, [
    sheet.input(
      q.widenedCopies,
      habits.widenedCopies,
      habit(
        written,
        'a matrix of fewer bits is widened to 16 before its product, and copied where the formats differ',
        '低比特矩阵在相乘前展开为 16 位，格式不同时再复制一次',
      ),
    ),
    sheet.input(q.largestMatrix, largestMatrix(t, placement, habits), onDevice),
    sheet.input(q.widenedFormat, unquantisedBytes, byDefault('16 bits', '16 位')),
  ])
}
