import { DomainError } from '../errors.ts'
import { type Accelerator, type Catalogue, type Datum, type Precision, precisions } from './catalogue.ts'

/** An accelerator of the catalogue; throws `unknown-accelerator` and names near ids. */
export function acceleratorOf(catalogue: Catalogue, id: string, pointer = '/accelerator/id'): Accelerator {
  const found = catalogue.accelerators.get(id)
  if (found !== undefined) return found
  throw new DomainError('unknown-accelerator', unknownId('accelerator', id, catalogue.accelerators.keys()), {
    pointer,
    facts: { id },
  })
}

/** "There is no … with that id", with the known ids that share most with it. */
export function unknownId(what: string, id: string, known: Iterable<string>): string {
  const words = id
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  const near = [...known]
    .map(candidate => ({ candidate, shared: words.filter(word => candidate.includes(word)).length }))
    .filter(({ shared }) => shared > 0)
    .toSorted((a, b) => b.shared - a.shared || a.candidate.localeCompare(b.candidate))
    .slice(0, 5)
    .map(({ candidate }) => candidate)
  const advice = near.length > 0 ? `; near it: ${near.join(', ')}` : ''
  return `There is no ${what} "${id}"${advice}. GET /v1/${what}s lists them.`
}

/** The format that training runs in when the caller names none: the 16-bit one that the device has a peak for. */
export function defaultPrecision(accelerator: Accelerator): Precision {
  const preferred: readonly Precision[] = ['bf16', 'fp16', 'tf32', 'fp32', 'fp8', 'int8', 'fp64', 'fp4']
  return preferred.find(precision => accelerator.peakFlopPerSecond[precision] !== undefined) ?? 'fp16'
}

/** A device's dense peak at a precision; throws `missing-value` and lists the precisions it has one for. */
export function peakOf(accelerator: Accelerator, precision: Precision): Datum {
  const peak = accelerator.peakFlopPerSecond[precision]
  if (peak !== undefined) return peak
  const known = precisions.filter(candidate => accelerator.peakFlopPerSecond[candidate] !== undefined)
  throw new DomainError(
    'missing-value',
    `The catalogue has no ${precision} peak for ${accelerator.id}; it has ${known.join(', ') || 'none'}. Name one of these, or give throughput.flopPerSecond without an accelerator.`,
    { pointer: '/precision', facts: { accelerator: accelerator.id, precision, known } },
  )
}
