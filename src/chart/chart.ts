import type { Label } from '../domain/units.ts'

/** Languages that a chart can be written in: those of a label. */
export type Language = keyof Label

interface Titled {
  readonly title: string
  /** Unit of the values. */
  readonly unit: string
  readonly language: Language
}

/** One bar a quantity, all of one unit; with the interval that measurements lie in where one is known. */
export interface Bars extends Titled {
  readonly kind: 'bars'
  readonly bars: readonly {
    readonly name: string
    readonly value: number
    readonly interval: readonly [low: number, high: number] | null
  }[]
}

/** One line a column of a table, over its rows. */
export interface Lines extends Titled {
  readonly kind: 'lines'
  readonly keys: readonly string[]
  readonly lines: readonly { readonly name: string; readonly values: readonly number[] }[]
}

/** The spread of a simulated quantity, with marks where its statistics lie. */
export interface Spread extends Titled {
  readonly kind: 'spread'
  readonly bins: readonly { readonly from: number; readonly to: number; readonly share: number }[]
  readonly marks: readonly { readonly name: string; readonly value: number }[]
}

/** What a chart shows, apart from how it is drawn. */
export type Chart = Bars | Lines | Spread

/** Size of a picture in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Why there is no chart: the quantity is not in the result, or what it has to show cannot be drawn. */
export interface NoChart {
  readonly missing: 'quantity' | 'histogram'
  /** What could be asked for instead. */
  readonly quantities: readonly string[]
}
