import { DomainError } from '../../errors.ts'
import type { Lookup } from '../../estimate.ts'
import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { acceleratorOf, defaultPrecision, peakOf } from '../accelerator.ts'
import type { Accelerator, Precision } from '../catalogue.ts'
import { fromCatalogue } from '../model.ts'
import { median } from '../money/price.ts'
import { formulas, quantities } from './training-formulas.ts'

/** What decides how fast a device computes in training. */
export interface DeviceThroughputRequest {
  readonly accelerator?: { readonly id: string }
  readonly precision?: Precision
  readonly throughput?: { readonly flopPerSecond: number } | { readonly mfu: number }
}

/** How fast a device computes, and by which of its peaks. */
export interface DeviceThroughput {
  readonly effective: Handle<'FLOP/s'>
  readonly mfu: Handle<'1'> | undefined
  readonly peak: Handle<'FLOP/s'> | undefined
  readonly accelerator: Accelerator | undefined
  readonly precision: Precision | undefined
}

/**
 * Writes the FLOP/s that one device keeps up in training: as given, or a utilisation of its dense peak. Throws
 * `missing-value` when neither is known, and `out-of-range` for more than the peak.
 */
export function writeDeviceThroughput(
  sheet: Sheet,
  request: DeviceThroughputRequest,
  lookup: Lookup,
): DeviceThroughput {
  const accelerator = request.accelerator && acceleratorOf(lookup.catalogue, request.accelerator.id)
  const asked = request.throughput
  const precision = accelerator && (request.precision ?? defaultPrecision(accelerator))
  const peakDatum = accelerator && precision && peakOf(accelerator, precision)
  const peak =
    peakDatum && sheet.input(quantities.peakFlopPerSecond, peakDatum.value, fromCatalogue(peakDatum))

  if (asked !== undefined && 'flopPerSecond' in asked) {
    if (peakDatum !== undefined && asked.flopPerSecond > peakDatum.value * (1 + 1e-9)) {
      throw new DomainError(
        'out-of-range',
        `${asked.flopPerSecond / 1e12} TFLOP/s is more than the dense ${precision} peak of ${accelerator?.name}, ${peakDatum.value / 1e12} TFLOP/s. Name the precision that this throughput was reached at, or correct one of the two.`,
        {
          pointer: '/throughput/flopPerSecond',
          facts: { flopPerSecond: asked.flopPerSecond, peak: peakDatum.value },
        },
      )
    }
    const effective = sheet.input(quantities.effectiveFlopPerSecond, asked.flopPerSecond, given)
    const mfu =
      peak === undefined
        ? undefined
        : sheet.derive(quantities.mfu, formulas.mfuOfEffective, [effective, peak])
    return { effective, mfu, peak, accelerator, precision }
  }
  if (peak === undefined) {
    throw new DomainError(
      'missing-value',
      'Nothing says how fast a device computes; give throughput.flopPerSecond, or an accelerator (with throughput.mfu if it is known).',
      { pointer: asked === undefined ? '/throughput' : '/accelerator' },
    )
  }
  const mfu =
    asked === undefined ? writePublishedMfu(sheet, lookup) : sheet.input(quantities.mfu, asked.mfu, given)
  const effective = sheet.derive(quantities.effectiveFlopPerSecond, formulas.effectiveOfMfu, [mfu, peak])
  return { effective, mfu, peak, accelerator, precision }
}

/** The median of the training runs whose utilisation Epoch AI gives; throws `missing-value` when it gives none. */
function writePublishedMfu(sheet: Sheet, { catalogue }: Lookup): Handle<'1'> {
  const runs = catalogue.publishedMfu.length
  const mfu = median(catalogue.publishedMfu)
  if (mfu === undefined) {
    throw new DomainError(
      'missing-value',
      'The catalogue knows the utilisation of no training run; give throughput.mfu.',
      { pointer: '/throughput' },
    )
  }
  const why = byDefault(
    `median utilisation of ${runs} published training runs`,
    `${runs} 个已公开训练任务利用率的中位数`,
    'epoch-all-ml-systems',
  )
  return sheet.input(quantities.mfu, mfu, why)
}
