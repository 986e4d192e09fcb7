import type { QuantityDefinition, QuantityFamily } from '../../sheet/quantity.ts'
import type { Handle } from '../../sheet/sheet.ts'
import type { Unit } from '../../units.ts'
import type { Window } from '../window.ts'

const families = new WeakMap<QuantityDefinition, QuantityFamily>()

/** A quantity of a year: by its plain id in the target year, with the year behind it in the others. */
export function ofYear<U extends Unit>(
  definition: QuantityDefinition<U>,
  year: number,
  { target }: Pick<Window, 'target'>,
): QuantityDefinition<U> {
  if (year === target) return definition
  const { id, label } = definition
  let family = families.get(definition)
  if (family === undefined) {
    // What varies already in its id, such as the vendor, stays so in that of the family.
    const { id: plain, label: named } = definition.family ?? definition
    family = { id: `${plain}.{year}`, label: named }
    families.set(definition, family)
  }
  return {
    ...definition,
    id: `${id}.${year}`,
    label: { en: `${label.en}, ${year}`, zh: `${year} 年${label.zh}` },
    family,
  }
}

/** A quantity of every year of a window. */
export type Yearly<U extends Unit> = ReadonlyMap<number, Handle<U>>

/** Writes a quantity for each year of a window, in order. */
export function yearly<U extends Unit>(
  window: Window,
  definition: QuantityDefinition<U>,
  write: (as: QuantityDefinition<U>, year: number) => Handle<U>,
): Yearly<U> {
  return new Map(window.years.map(year => [year, write(ofYear(definition, year, window), year)]))
}

/** The handle of a year, which the window has. */
export const at = <U extends Unit>(byYear: Yearly<U>, year: number): Handle<U> =>
  byYear.get(year) as Handle<U>
