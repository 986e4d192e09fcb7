import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** Everything that the environment decides. Empty: an embedded PostgreSQL, loopback, port 3000, both roles. */
const ConfigSchema = Type.Object({
  HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65_535 }),
  /** A PostgreSQL of one's own, 14 or later; absent, an embedded one is started. */
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
  /** Where the embedded PostgreSQL keeps its cluster. */
  DATA_DIR: Type.String({ default: '.data', minLength: 1 }),
  /** `service` answers requests, `worker` executes runs, `all` does both. */
  ROLE: Type.Enum(['all', 'service', 'worker'], { default: 'all' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
  /** Where callers reach the service, for absolute links; absent, links are relative. */
  PUBLIC_URL: Type.Optional(Type.String({ pattern: '^https?://[^\\s]+[^/]$' })),
  /** Connections to PostgreSQL that one process may hold. */
  DATABASE_POOL: Type.Integer({ default: 10, minimum: 2, maximum: 100 }),
})

export type Config = Type.Static<typeof ConfigSchema>

/** The configuration in an environment; throws and names each variable that is wrong, with what it may be. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const named = Object.fromEntries(
    Object.keys(ConfigSchema.properties)
      .map(name => [name, environment[name]])
      .filter(([, value]) => value !== undefined && value !== ''),
  )
  const config = Value.Convert(ConfigSchema, Value.Default(ConfigSchema, named))
  if (Value.Check(ConfigSchema, config)) return config
  const wrong = Value.Errors(ConfigSchema, config).map(
    ({ instancePath, message }) =>
      `${instancePath.slice(1)}=${environment[instancePath.slice(1)]} ${message}`,
  )
  throw new Error(`The environment is not valid: ${wrong.join('; ')}`)
}
