import { Type } from 'typebox'
import { problemCodes } from './problem-table.ts'
import { choice, ref } from './reference.ts'

const text = (maxLength: number, description: string) => Type.String({ maxLength, description })

/** Text in both languages of the service. */
export const Label = Type.Object(
  { en: text(4_000, 'English text'), zh: text(4_000, 'Chinese text') },
  { $id: 'Label', additionalProperties: false, description: 'Text in English and Chinese' },
)

/** Lower-case words joined by dots, underscores or hyphens. */
export const idPattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'

/** The id of a resource as a path parameter. */
export const idParameter = (what: string) =>
  Type.Object(
    { id: Type.String({ pattern: idPattern, maxLength: 100, description: `Id of the ${what}` }) },
    { additionalProperties: false },
  )

/** Most entries that `errors` of a problem holds: a body can be wrong in more places than help. */
export const mostErrors = 20
/** Most characters of a problem's detail. */
export const mostOfDetail = 10_000
/** Most characters of the texts about one place. */
export const mostOfPlace = { pointer: 1_000, parameter: 200, detail: 4_000 } as const

const ProblemPlace = Type.Object(
  {
    pointer: Type.Optional(text(mostOfPlace.pointer, 'JSON Pointer (RFC 6901) into the body')),
    parameter: Type.Optional(
      text(mostOfPlace.parameter, 'Name of the query parameter, path parameter or header'),
    ),
    code: text(100, 'What rule is broken'),
    detail: text(mostOfPlace.detail, 'What is wrong there and what is allowed'),
  },
  { $id: 'ProblemPlace', additionalProperties: false, description: 'One place in a request that is wrong' },
)

/** A problem document (RFC 9457). */
export const Problem = Type.Object(
  {
    type: text(200, 'Address of the page about this kind of problem'),
    title: text(200, 'What kind of problem it is'),
    status: Type.Integer({ format: 'int32', minimum: 400, maximum: 599, description: 'HTTP status' }),
    detail: text(mostOfDetail, 'What is wrong with this request'),
    instance: text(200, 'This occurrence, as a URN of the request id'),
    code: choice(problemCodes, { description: 'Stable code of the kind of problem' }),
    requestId: text(100, 'Id of the request, which the log has too'),
    remedy: text(500, 'What to do about this kind of problem'),
    errors: Type.Array(ref(ProblemPlace), { maxItems: mostErrors, description: 'Each place that is wrong' }),
  },
  { $id: 'Problem', additionalProperties: false, description: 'Problem details (RFC 9457)' },
)

/** Components that every part of the document uses. */
export const commonComponents = [Label, ProblemPlace, Problem]

/** A day. */
export const date = (description: string) =>
  Type.String({
    format: 'date',
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    minLength: 10,
    maxLength: 10,
    description,
  })

/** A number that may be left out, within bounds. */
export const atLeast = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Number({ format: 'double', minimum, maximum, description }))
