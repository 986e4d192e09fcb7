import { revenueKinds } from '../domain/market/scope.ts'
import { Label } from './common.ts'
import { idOrNull, textOrNull } from './datum.ts'
import { documentSchemas } from './document.ts'
import { choice, nullable, ref } from './reference.ts'

/** What kind of value a definition counts, and what each word means. */
export const revenueKind = choice(revenueKinds, {
  description:
    'What is counted: consumer-spending (what users pay), industry-revenue (all revenue of the operators), vendor-revenue (what suppliers of equipment or software sell), licensing-revenue, economic-value (with the value that it induces elsewhere), capital-expenditure, list-price (as the seller prints it), market-price (as it is paid or indexed), share, growth-rate, quantity (no money), unstated',
})

/** Components of market definitions: as served, made, replaced, patched and listed. */
export const scopeSchemas = documentSchemas(
  'Scope',
  'scope',
  {
    name: ref(Label),
    definition: ref(Label),
    platforms: nullable(Label),
    geography: nullable(Label),
    revenueKind,
    excludes: nullable(Label),
    source: idOrNull('Id of the source that states the definition, see GET /v1/sources; null when none does'),
    note: textOrNull(2_000, 'What must be known to compare series of this scope with others'),
  },
  { platforms: null, geography: null, excludes: null, source: null, note: null },
)

export const scopeComponents = scopeSchemas.components
