import { sumFormula } from '../../sheet/formula.ts'
import { byDefault, type QuantityDefinition } from '../../sheet/quantity.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import { quantities as q } from './quantities.ts'
import type { ServingHabits } from './serving-habits.ts'
import { servingMemoryFormulas } from './serving-memory.ts'
import { servingSheetFormulas as f } from './serving-sheet-formulas.ts'
import type { WrittenWork } from './serving-work-sheet.ts'

/** Writes the sum of those parts that there are. */
export function writeSum(
  sheet: Sheet,
  definition: QuantityDefinition<'byte'>,
  parts: readonly (Handle<'byte'> | undefined)[],
): Handle<'byte'> {
  const present = parts.filter(part => part !== undefined)
  return sheet.derive(definition, sumFormula('byte', present.length), present)
}

/** What the room for sequences is written from. */
export interface RoomFrom {
  readonly utilisation: Handle<'1'>
  readonly usable: Handle<'byte'>
  readonly weights: Handle<'byte'>
  readonly activations: Handle<'byte'>
  readonly context: Handle<'byte'>
  /** Cache of a sequence. */
  readonly perSequence: Handle<'byte'>
  /** Sequences that the activations are of, where whole prompts are computed. */
  readonly concurrency: Handle<'count'>
}

/**
 * Writes the memory left for the cache and the sequences that it holds. Where steps are bounded, sequences share one
 * step; where whole prompts are computed at once, each takes its own activations, or its second cache.
 */
export function writeRoom(
  sheet: Sheet,
  { utilisation, usable, weights, activations, context, perSequence, concurrency }: RoomFrom,
  { tables, widened, copies }: WrittenWork,
  { wholePrompts }: ServingHabits,
): { readonly budget: Handle<'byte'>; readonly most: Handle<'count'> } {
  const reserved =
    tables === undefined && widened === undefined
      ? context
      : writeSum(sheet, q.reservedBytes, [context, tables, widened])
  if (!wholePrompts && copies === undefined) {
    const { cacheBudget } = servingMemoryFormulas
    const room = [utilisation, usable, weights, activations, reserved] as const
    const budget = sheet.derive(q.kvCacheBudgetBytes, cacheBudget, room)
    return { budget, most: sheet.derive(q.maximumConcurrency, f.concurrency, [budget, perSequence]) }
  }
  const alive = copies?.number ?? sheet.input(q.cacheCopies, 1, byDefault('one cache', '一份缓存'))
  const most = sheet.derive(q.maximumConcurrency, f.wholePromptConcurrency, [
    ...[utilisation, usable, weights, reserved, perSequence, activations, concurrency, alive],
  ] as const)
  return { most, budget: sheet.derive(q.kvCacheBudgetBytes, f.cache, [most, perSequence]) }
}
