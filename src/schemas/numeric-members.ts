import type { TSchema } from 'typebox'
import type { NumericMember } from '../domain/uncertainty/numeric-member.ts'

interface Node {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly maxProperties?: number
  readonly items?: Node
  readonly anyOf?: readonly Node[]
}

/** Levels of objects that a request does not have and that are looked into for numbers. */
const deepestAbsent = 2

/**
 * The numbers that a request has or may have, after its schema, with their bounds: those of the elements that its
 * arrays have, and those of objects that are there or could be added with that number alone.
 */
export function numericMembers(
  components: readonly TSchema[],
  request: TSchema,
  body: unknown,
): NumericMember[] {
  const byId = new Map(components.map(component => [(component as Node).$id, component as Node]))
  const found: NumericMember[] = []
  const visit = (given: Node, value: unknown, pointer: string, absent: number): void => {
    const node = given.$ref === undefined ? given : byId.get(given.$ref.replace('#', ''))
    if (node === undefined || absent > deepestAbsent) return
    const number = numberOf(node)
    if (number !== undefined) {
      found.push({ pointer, ...number })
      return
    }
    for (const branch of node.anyOf ?? []) visit(branch, value, pointer, absent)
    if (node.items !== undefined && Array.isArray(value))
      for (const [index, element] of value.entries())
        visit(node.items, element, `${pointer}/${index}`, absent)
    for (const { member, schema, own } of membersOf(node, value))
      visit(schema, own, `${pointer}/${member}`, own === undefined ? absent + 1 : absent)
  }
  visit(request as Node, body, '', 0)
  return found
}

/** The members that an object has, and those that it could have with nothing else added; the object may be absent. */
function membersOf(
  { properties = {}, required = [], maxProperties = Number.POSITIVE_INFINITY }: Node,
  value: unknown,
): { readonly member: string; readonly schema: Node; readonly own: unknown }[] {
  const has = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const full = Object.keys(has).length >= maxProperties
  const mayBeAdded = (member: string) => !full && required.every(name => name === member || name in has)
  return Object.entries(properties)
    .map(([member, schema]) => ({ member, schema, own: has[member] }))
    .filter(({ member, own }) => own !== undefined || mayBeAdded(member))
}

/** What a schema says of a number, or undefined where it is not one. */
function numberOf({
  type = [],
  minimum,
  exclusiveMinimum,
  maximum,
}: Node): Omit<NumericMember, 'pointer'> | undefined {
  const types = [type].flat()
  if (!types.includes('number') && !types.includes('integer')) return undefined
  return {
    integer: types.includes('integer'),
    minimum: minimum ?? exclusiveMinimum ?? -Number.MAX_VALUE,
    maximum: maximum ?? Number.MAX_VALUE,
  }
}
