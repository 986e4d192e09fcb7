import { DomainError } from '../../errors.ts'
import type { Provenance, QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'

/** A model of images on a sheet: its parameters, and the FLOP of one pass over one picture. */
export interface WrittenImageModel {
  readonly parameters: Handle<'parameter'>
  /** Parameters of its parts. */
  readonly parts: readonly Handle<'parameter'>[]
  readonly matmul: Handle<'FLOP'>
  readonly attention: Handle<'FLOP'>
}

/** A picture on a sheet, in pixels. */
export interface WrittenCanvas {
  readonly height: Handle<'count'>
  readonly width: Handle<'count'>
  readonly frames: Handle<'count'>
}

/** Puts a number that a model is given by onto a sheet. */
export type ShapeInput = <U extends Unit>(definition: QuantityDefinition<U>, value: number) => Handle<U>

/** How a model's numbers come onto a sheet, each once, with where they are from. */
export const shapeInput =
  (sheet: Sheet, from: Provenance): ShapeInput =>
  (definition, value) =>
    sheet.input(definition, value, from)

/** Refuses a picture that is smaller than what a model cuts it into (`out-of-range`); `what` is in the singular. */
export function checkPictureSize(
  { height, width }: { readonly height: number; readonly width: number },
  what: string,
  side: number,
): void {
  if (Math.min(height, width) >= side) return
  throw new DomainError(
    'out-of-range',
    `A picture of ${width} × ${height} pixels is smaller than one ${what} of ${side} × ${side}; give a larger one.`,
    { pointer: height < width ? '/height' : '/width', facts: { height, width, side } },
  )
}
