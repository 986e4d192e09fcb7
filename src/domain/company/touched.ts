/** What a company may make or sell that estimates are about. */
export const roleKinds = ['accelerator-vendor', 'model-developer', 'segment', 'server-vendor'] as const
export type RoleKind = (typeof roleKinds)[number]

/** A company as far as scenarios touch it. */
export interface CompanyInRoles {
  readonly id: string
  readonly roles: readonly { readonly kind: RoleKind; readonly name: string }[]
}

/** Something in a scenario that a company may stand behind, and the quantities that it works through. */
export interface ScenarioPart {
  readonly kind: RoleKind
  /** What the catalogue calls the vendor or organization; the segment or the vendor of servers otherwise. */
  readonly name: string
  /** Where the inputs name it. */
  readonly pointer: string
  /** Id of the catalogue entry or dataset, or of the segment itself. */
  readonly of: string
  readonly quantities: readonly string[]
}

/** One way in which a scenario touches a company. */
export interface Touch {
  readonly company: string
  /** `named` when the scenario itself lists the company. */
  readonly through: RoleKind | 'named'
  readonly pointer: string
  readonly of: string
  readonly quantities: readonly string[]
}

/** Results that an accelerator and a model work on, by estimator; others show what all answers have in common. */
const quantitiesOf: Readonly<Record<string, Readonly<Record<'accelerator' | 'model', readonly string[]>>>> = {
  training: { accelerator: ['deviceDays', 'trainingCost'], model: ['parameters', 'trainingFlop'] },
  memory: { accelerator: ['minimumDevices'], model: ['weightBytes', 'totalBytesPerDevice'] },
  serving: { accelerator: ['devicesForWeights', 'hardwareCost'], model: ['weightBytes'] },
  demand: { accelerator: ['devices', 'capitalExpenditure'], model: ['requiredFlopPerSecond', 'devices'] },
}

/** What a scenario's inputs are looked up in. */
export interface TouchLookup {
  readonly vendorOf: (accelerator: string) => string | undefined
  readonly developerOf: (model: string) => string | undefined
  readonly segmentOf: (dataset: string) => string | undefined
}

/** Every accelerator, model, segment and vendor of servers that a scenario's inputs name, wherever they name it. */
export function partsOf(estimator: string, inputs: unknown, lookup: TouchLookup): ScenarioPart[] {
  const parts: ScenarioPart[] = []
  const visit = (node: unknown, pointer: string, member: string): void => {
    if (Array.isArray(node)) {
      for (const [index, element] of node.entries()) visit(element, `${pointer}/${index}`, member)
      return
    }
    if (node === null || typeof node !== 'object') return
    const { id, size } = node as { id?: unknown; size?: { dataset?: unknown } | null }
    if (typeof id === 'string') parts.push(...partAt(estimator, member, id, size?.dataset, pointer, lookup))
    for (const [name, child] of Object.entries(node)) visit(child, `${pointer}/${name}`, name)
  }
  visit(inputs, '', '')
  return parts
}

function partAt(
  estimator: string,
  member: string,
  id: string,
  dataset: unknown,
  pointer: string,
  { vendorOf, developerOf, segmentOf }: TouchLookup,
): ScenarioPart[] {
  const at = { pointer, of: id }
  if (member === 'accelerator' || member === 'model') {
    const name = member === 'accelerator' ? vendorOf(id) : developerOf(id)
    const kind = member === 'accelerator' ? 'accelerator-vendor' : 'model-developer'
    const quantities = quantitiesOf[estimator]?.[member] ?? []
    return name === undefined ? [] : [{ kind, name, quantities, ...at }]
  }
  if (member === 'vendors')
    return [{ kind: 'server-vendor', name: id, quantities: [`vendorRevenue.${id}`], ...at }]
  if (member !== 'segments') return []
  const quantities = [`segments.${id}`, 'total']
  const segment = typeof dataset === 'string' ? segmentOf(dataset) : undefined
  const names = new Set([id, ...(segment === undefined ? [] : [segment])])
  return [...names].map(name => ({ kind: 'segment', name, quantities, ...at }))
}

/** The companies that a scenario touches: those it lists, and those behind what its inputs name. */
export function touchedCompanies(
  listed: readonly string[],
  parts: readonly ScenarioPart[],
  companies: readonly CompanyInRoles[],
): Touch[] {
  const named = listed.map(
    (company, index): Touch => ({
      company,
      through: 'named',
      pointer: `/companies/${index}`,
      of: company,
      quantities: [],
    }),
  )
  const behind = parts.flatMap(({ kind, name, ...part }) =>
    companies
      .filter(({ roles }) => roles.some(role => role.kind === kind && role.name === name))
      .map(({ id }): Touch => ({ company: id, through: kind, ...part })),
  )
  const unique = new Map(
    [...named, ...behind].map(touch => [`${touch.company} ${touch.through} ${touch.pointer}`, touch]),
  )
  return [...unique.values()].toSorted((a, b) => (a.company < b.company ? -1 : a.company > b.company ? 1 : 0))
}
