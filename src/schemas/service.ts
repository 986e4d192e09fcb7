import { Type } from 'typebox'
import { problemCodes } from './problem-table.ts'
import { choice } from './reference.ts'

export const Readiness = Type.Object(
  { status: choice(['ok'], { description: 'ok' }) },
  { $id: 'Readiness', additionalProperties: false, description: 'A health check that passed' },
)

export const ProblemPage = Type.Object(
  {
    code: choice(problemCodes, { description: 'Stable code' }),
    status: Type.Integer({ format: 'int32', minimum: 400, maximum: 599, description: 'HTTP status' }),
    title: Type.String({ maxLength: 200, description: 'What kind of problem it is' }),
    remedy: Type.String({ maxLength: 500, description: 'What to do about it' }),
  },
  { $id: 'ProblemPage', additionalProperties: false, description: 'A kind of problem' },
)

export const serviceComponents = [Readiness, ProblemPage]
