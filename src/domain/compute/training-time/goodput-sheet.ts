import { byDefault, given, type Provenance } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { goodputFormulas, wholeRunShare } from './goodput.ts'
import { layoutQuantities as q } from './layout-quantities.ts'
import type { TrainingConstants } from './training-constants.ts'

/** What a request says of failures and checkpoints, or of the share that they leave. */
export interface GoodputRequest {
  readonly share?: number
  /** Hours. */
  readonly deviceMtbfHours?: number
  /** Seconds. */
  readonly checkpointTime?: number
  readonly restartTime?: number
  readonly checkpointInterval?: number
}

/**
 * Failures of a device: Llama 3 405B was interrupted 419 times without notice in 54 days on 16,384 H100, once in
 * 50,700 device-hours.
 */
const typicalMtbf = 50_000 * 3600
/** Seconds that states take to be written from device memory, and that a job takes to be back at work. */
const typicalCheckpoint = 30
const typicalRestart = 300

/** Goodput on a sheet: as given, from failures and checkpoints, or that of published runs of the size. */
export function writeGoodput(
  sheet: Sheet,
  request: GoodputRequest | undefined,
  devices: Handle<'device'>,
  activeParameters: number,
  constants: TrainingConstants,
): Handle<'1'> {
  if (request === undefined) {
    const published = byDefault(
      'share that whole published runs of this size reach of the speed of their steps',
      '该规模已公开完整训练任务达到的基准速度比例',
    )
    return sheet.input(q.goodput, wholeRunShare(activeParameters, constants), published)
  }
  if (request.share !== undefined) return sheet.input(q.goodput, request.share, given)
  const told = (value: number | undefined, provenance: Provenance): Provenance =>
    value === undefined ? provenance : given
  const ofDevice = sheet.input(
    q.deviceMtbf,
    (request.deviceMtbfHours ?? typicalMtbf / 3600) * 3600,
    told(
      request.deviceMtbfHours,
      byDefault(
        '419 unplanned interruptions in 54 days on 16,384 H100 (Llama 3 405B)',
        '16,384 张 H100 在 54 天内 419 次意外中断（Llama 3 405B）',
      ),
    ),
  )
  const checkpoint = sheet.input(
    q.checkpointTime,
    request.checkpointTime ?? typicalCheckpoint,
    told(request.checkpointTime, byDefault('half a minute', '半分钟')),
  )
  const restart = sheet.input(
    q.restartTime,
    request.restartTime ?? typicalRestart,
    told(request.restartTime, byDefault('five minutes', '五分钟')),
  )
  const between = sheet.derive(q.clusterMtbf, goodputFormulas.clusterFailures, [ofDevice, devices])
  const interval =
    request.checkpointInterval === undefined
      ? sheet.derive(q.checkpointInterval, goodputFormulas.checkpointInterval, [checkpoint, between])
      : sheet.input(q.checkpointInterval, request.checkpointInterval, given)
  return sheet.derive(q.goodput, goodputFormulas.goodput, [checkpoint, interval, restart, between])
}
