import {
  Ajv,
  type AnySchemaObject,
  type ErrorObject,
  type KeywordDefinition,
  type Options,
  type SchemaValidateFunction,
  type ValidateFunction,
} from 'ajv'
import type { FastifyInstance, FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import { DomainError } from '../../domain/errors.ts'
import { isDistribution, readDistribution } from '../../domain/sheet/distributions/read-distribution.ts'
import { mostErrors } from '../../schemas/common.ts'
import { distributionKeyword } from '../../schemas/uncertain-number.ts'
import { HttpProblem, type ProblemPlace } from '../problem.ts'

const shared = {
  strictNumbers: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
  useDefaults: false,
  // Every array and string has an upper bound and bodies are small, so that looking for all errors is bounded too.
  allErrors: true,
  // Errors then carry the value that is wrong, for the caller to see beside the limit.
  verbose: true,
  // Formats and examples are for readers of the document.
  formats: {
    date: isDay,
    'date-time': true,
    uri: true,
    int32: true,
    int64: true,
    double: true,
  },
  keywords: ['example'],
} satisfies Options

/** Whether a text is a day of the calendar: 2024-02-29 is one, 2023-02-29 is not. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Holds a value against a named component, as a body would be; throws the problem with its places. */
    check: (component: string, value: unknown, pointer?: string) => void
  }
}

/**
 * Bodies are validated as they are; query, path and header strings are first read as numbers and booleans
 * where the schema says so. Unknown members are refused, never dropped.
 */
export function registerValidation(app: FastifyInstance): void {
  const strict = new Ajv({ ...shared, coerceTypes: false, discriminator: true })
  const coercing = new Ajv({ ...shared, coerceTypes: true })
  strict.addKeyword(checkedDistribution(strict))
  coercing.addKeyword(distributionKeyword)
  for (const component of Object.values(app.getSchemas())) {
    strict.addSchema(component as object)
    coercing.addSchema(component as object)
  }
  const compiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
    const validate = whenNeeded(() => (httpPart === 'body' ? strict : coercing).compile(schema))
    return httpPart === 'body' ? validate : plainText(schema, validate)
  }
  app.setValidatorCompiler(compiler as FastifySchemaCompiler<unknown>)
  app.setSchemaErrorFormatter((errors, part) => invalid(placesOf(errors, part)))
  app.decorate('check', (component, value, pointer = '') => {
    const validate = strict.getSchema(component)
    if (validate === undefined) throw new Error(`There is no component ${component}.`)
    if (validate(value) === true) return
    throw invalid(placesOf((validate.errors ?? []) as FastifySchemaValidationError[], 'body', pointer))
  })
}

/**
 * A validator that is compiled when it is first asked: compiling all of them would take half of a start, and most
 * starts are followed by requests to a few routes. The tests of the examples ask each of them.
 */
function whenNeeded(compile: () => ValidateFunction): ValidateFunction {
  let compiled: ValidateFunction | undefined
  const check = ((value: unknown) => {
    compiled ??= compile()
    const valid = compiled(value)
    check.errors = compiled.errors ?? null
    return valid
  }) as ValidateFunction
  return check
}

/**
 * Holds a distribution against itself and against the bounds of the number that it stands for: parameters out of
 * order, quantiles that no metalog passes through, mass outside.
 */
function checkedDistribution(ajv: Ajv): KeywordDefinition {
  const validate: SchemaValidateFunction = (
    _on: unknown,
    value: unknown,
    parent?: AnySchemaObject,
    context?: { readonly instancePath: string },
  ) => {
    // What the schema of distributions refuses has been said already.
    if (!isDistribution(value) || ajv.validate('Distribution', value) !== true) return true
    try {
      const { minimum, exclusiveMinimum, maximum } = parent as Readonly<Record<string, number | undefined>>
      readDistribution(value, {
        minimum: minimum ?? exclusiveMinimum ?? -Number.MAX_VALUE,
        maximum: maximum ?? Number.MAX_VALUE,
      })
      return true
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      const instancePath = `${context?.instancePath ?? ''}${error.pointer ?? ''}`
      const { code, message } = error
      validate.errors = [{ keyword: code, instancePath, params: { distribution: true }, message }]
      return false
    }
  }
  return { keyword: distributionKeyword, schemaType: 'boolean', errors: 'full', validate }
}

/** A number as people write it; JavaScript would also read `0x10`, `Infinity`, `1e400` and blanks as numbers. */
const decimal = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>
}

/** Refuses parameters that coercion would take too kindly, and text that PostgreSQL cannot store. */
function plainText(schema: ObjectSchema, validate: ValidateFunction): ValidateFunction {
  const isNumber = (name: string) => /^(number|integer)$/.test(schema.properties?.[name]?.type ?? '')
  const check = ((parameters: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(parameters)) {
      if (typeof value !== 'string') continue
      const type =
        isNumber(name) && !(decimal.test(value) && Number.isFinite(Number(value)))
          ? schema.properties?.[name]?.type
          : undefined
      if (type === undefined && !value.includes('\u0000')) continue
      const params = type === undefined ? { pattern: 'text without the character U+0000' } : { type }
      const keyword = type === undefined ? 'pattern' : 'type'
      check.errors = [
        { keyword, instancePath: `/${escapePointer(name)}`, schemaPath: '', params, data: value },
      ]
      return false
    }
    const valid = validate(parameters)
    check.errors = validate.errors ?? null
    return valid
  }) as ValidateFunction
  return check
}

function invalid(places: readonly ProblemPlace[]): HttpProblem {
  return new HttpProblem('invalid-request', places.map(({ detail }) => detail).join(' '), { errors: places })
}

/** What is wrong where, for each error that says something of its own. */
export function placesOf(
  errors: readonly FastifySchemaValidationError[],
  part: string,
  base = '',
): ProblemPlace[] {
  const places = errors
    // An `if` or `anyOf` only repeats what its branches said; a discriminator what `required` and `enum` said.
    .filter(({ keyword }) => keyword !== 'if' && keyword !== 'anyOf' && keyword !== 'oneOf')
    .filter(({ keyword }) => keyword !== 'discriminator' || errors.length === 1)
    .map(error => placeOf(error as ErrorObject, part, base))
  const unique = new Map(places.map(place => [`${place.pointer}${place.parameter}${place.detail}`, place]))
  return [...unique.values()].slice(0, mostErrors)
}

function placeOf(error: ErrorObject, part: string, base: string): ProblemPlace {
  const { keyword, params } = error
  const instancePath = base + error.instancePath
  const member = params.missingProperty ?? params.additionalProperty ?? params.propertyName
  const pointer = member === undefined ? instancePath : `${instancePath}/${escapePointer(String(member))}`
  const name = part === 'body' ? pointer || 'The body' : `"${unescapePointer(pointer.slice(1))}"`
  const detail = params.distribution ? `${name}: ${error.message}` : `${name} ${say(keyword, params, error)}.`
  return part === 'body'
    ? { pointer, code: keyword, detail }
    : { parameter: unescapePointer(pointer.slice(1)), code: keyword, detail }
}

function say(keyword: string, params: Record<string, unknown>, { data, message }: ErrorObject): string {
  const { limit } = params
  const one = limit === 1
  switch (keyword) {
    case 'required':
      return 'is missing; add it'
    case 'additionalProperties':
      return 'is not known here; remove it or correct its name'
    case 'type':
      return `is ${typeOf(data)}; it must be ${[params.type].flat().join(' or ')}`
    case 'enum':
      return `is ${shown(data)}; it must be one of ${(params.allowedValues as unknown[]).join(', ')}`
    case 'const':
      return `is ${shown(data)}; it must be ${JSON.stringify(params.allowedValue)}`
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `is ${String(data)}; it must be ${params.comparison} ${limit}`
    case 'minLength':
      return `has ${[...String(data)].length} characters; it must have at least ${limit}`
    case 'maxLength':
      return `has ${[...String(data)].length} characters; it must have at most ${limit}`
    case 'minItems':
      return `has ${(data as unknown[]).length} elements; it must have at least ${limit}`
    case 'maxItems':
      return `has ${(data as unknown[]).length} elements; it must have at most ${limit}`
    case 'minProperties':
    case 'maxProperties':
      return `has ${Object.keys(data as object).length} members; it must have at ${keyword === 'minProperties' ? 'least' : 'most'} ${limit}${one ? ' of them' : ''}`
    case 'uniqueItems':
      return `repeats an element (${params.j} and ${params.i} are equal); remove one`
    case 'pattern':
      return `is ${shown(data)}; it must match ${params.pattern}`
    case 'format':
      return `is ${shown(data)}; it must be a ${params.format}`
    case 'discriminator':
      return `has ${params.tag} ${shown(params.tagValue)}, which is not one of those known`
    default:
      return message ?? 'is not valid'
  }
}

const typeOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'number' && !Number.isFinite(value)
        ? String(value)
        : typeof value

/** A wrong value as the caller gave it, unless it is long. */
const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

const escapePointer = (member: string): string => member.replaceAll('~', '~0').replaceAll('/', '~1')
const unescapePointer = (member: string): string => member.replaceAll('~1', '/').replaceAll('~0', '~')
