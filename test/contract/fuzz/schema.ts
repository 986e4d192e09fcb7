/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/** The part of JSON Schema that the document uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly discriminator?: { readonly propertyName: string }
}

/** Gives the schema that a reference stands for, and any other as it is. */
export type Resolve = (schema: Schema) => Schema

/** The types that a schema allows, guessed from its keywords where it names none. */
export function typesOf(schema: Schema): readonly string[] {
  if (schema.type !== undefined) return [schema.type].flat()
  if (schema.properties !== undefined) return ['object']
  if (schema.items !== undefined) return ['array']
  return []
}

/** The alternatives of a schema, of which a value satisfies one. */
export const branchesOf = (schema: Schema): readonly Schema[] => schema.oneOf ?? schema.anyOf ?? []

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, Json>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** A member's name as a segment of a JSON Pointer. */
export const escapeSegment = (member: string): string => member.replaceAll('~', '~0').replaceAll('/', '~1')

/** The schema of a member: its own, or that of all members that are not named. */
export function memberSchema(schema: Schema, name: string): Schema | undefined {
  const own = schema.properties?.[name]
  if (own !== undefined) return own
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

/** The member that a segment of a JSON Pointer names. */
export const unescapeSegment = (segment: string): string =>
  segment.replaceAll('~1', '/').replaceAll('~0', '~')
