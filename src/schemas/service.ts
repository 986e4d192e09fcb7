import { Type } from 'typebox'
import { problemCodes } from './problem-table.ts'
import { choice } from './reference.ts'

export const Liveness = Type.Object(
  { status: choice(['ok'], { description: 'ok' }) },
  { $id: 'Liveness', additionalProperties: false, description: 'A process that answers' },
)

/** What must be ready for the service to do its work, and what each is. */
export const readinessParts = {
  process: 'The process: it is not about to stop',
  cluster: "The server of the embedded PostgreSQL; an operator's own is not looked at",
  database: 'The database: it answers',
  migrations: 'The tables: no migration of this release is missing',
  catalogue: 'The catalogue: the edition that estimates use is stored',
  queue: 'The queue: runs can be added to it',
} as const

export type ReadinessPart = keyof typeof readinessParts

const ready = (description: string) => choice(['ok'], { description })

export const Readiness = Type.Object(
  {
    status: choice(['ok'], { description: 'ok' }),
    parts: Type.Object(
      {
        process: ready(readinessParts.process),
        cluster: ready(readinessParts.cluster),
        database: ready(readinessParts.database),
        migrations: ready(readinessParts.migrations),
        catalogue: ready(readinessParts.catalogue),
        queue: ready(readinessParts.queue),
      },
      { additionalProperties: false, description: 'Each part that was looked at' },
    ),
  },
  { $id: 'Readiness', additionalProperties: false, description: 'A service that can do its work' },
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

export const serviceComponents = [Liveness, Readiness, ProblemPage]
