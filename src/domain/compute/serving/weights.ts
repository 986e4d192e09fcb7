import { DomainError } from '../../errors.ts'
import type { Lookup } from '../../estimate.ts'
import { byDefault, given } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { defaultPrecision } from '../accelerator.ts'
import { type Accelerator, bytesPerParameter, type Precision } from '../catalogue.ts'
import { type ModelChoice, parametersOfChoice } from '../model.ts'
import { quantities } from './serving-formulas.ts'

/** What decides how many bytes the weights of a model take. */
export interface WeightsRequest {
  readonly model: ModelChoice
  readonly precision?: Precision
  readonly bytesPerParameter?: number
}

/** Writes all parameters of the model; throws `unknown-model` or `missing-value`. */
export function writeParameters(
  sheet: Sheet,
  { model }: WeightsRequest,
  lookup: Lookup,
): Handle<'parameter'> {
  const { value, provenance } = parametersOfChoice(lookup.catalogue, model, 'total')
  return sheet.input(quantities.parameters, value, provenance)
}

/** Writes bytes a parameter; throws `inconsistent-inputs` when a precision and a number of bytes disagree. */
export function writeFormat(
  sheet: Sheet,
  request: WeightsRequest,
  accelerator: Accelerator,
): Handle<'byte/parameter'> {
  const { precision, bytesPerParameter: asked } = request
  if (asked === undefined) {
    const format = precision ?? defaultPrecision(accelerator)
    const why =
      precision === undefined
        ? byDefault(
            `${format}, the format that the device computes in by default`,
            `${format}，设备默认计算格式`,
          )
        : { ...given, note: { en: precision, zh: precision } }
    return sheet.input(quantities.bytesPerParameter, bytesPerParameter[format], why)
  }
  if (precision !== undefined && bytesPerParameter[precision] !== asked) {
    throw new DomainError(
      'inconsistent-inputs',
      `precision ${precision} holds a parameter in ${bytesPerParameter[precision]} bytes, but bytesPerParameter is ${asked}; keep one of them.`,
      {
        pointer: '/bytesPerParameter',
        facts: { precision, bytes: bytesPerParameter[precision], bytesPerParameter: asked },
      },
    )
  }
  return sheet.input(quantities.bytesPerParameter, asked, given)
}
