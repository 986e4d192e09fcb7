import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { withoutCredentials } from './without-credentials.ts'

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
  /** `keys`: every request needs an API key or, where an issuer is named, a token. `none`: nobody is asked. */
  AUTH: Type.Optional(Type.Enum(['none', 'keys'])),
  /** Issuer (`iss`) of JSON Web Tokens that are accepted beside keys, and the audience that they must name. */
  JWT_ISSUER: Type.Optional(Type.String({ minLength: 1 })),
  JWT_AUDIENCE: Type.Optional(Type.String({ minLength: 1 })),
  /** Where the issuer's public keys are: an address, or a file; a JWK set either way. */
  JWT_JWKS_URL: Type.Optional(Type.String({ pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost)[:/])' })),
  JWT_JWKS_FILE: Type.Optional(Type.String({ minLength: 1 })),
  /** The claim that names the workspace of a token. */
  JWT_WORKSPACE_CLAIM: Type.String({ default: 'workspace', minLength: 1 }),
  /** Units that a principal may spend in a minute; by default many, and without authentication hardly bounded. */
  RATE_LIMIT: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  /** Runs of one workspace that may wait for a worker. */
  QUEUE_LIMIT: Type.Integer({ default: 1_000, minimum: 1, maximum: 1_000_000 }),
  /** Threads that share a long simulation; by default one fewer than there are cores, all of them in a worker. */
  SIMULATION_THREADS: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
  /** How late the event loop may be, in ms, before requests are turned away; 0 turns that off. */
  MAX_EVENT_LOOP_DELAY: Type.Integer({ default: 500, minimum: 0, maximum: 60_000 }),
  /** Where metrics are read without a key, beside /metrics of the service, which asks for one; absent: nowhere. */
  METRICS_PORT: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
  METRICS_HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  /** Where traces are sent by OTLP over HTTP: a collector, or the address for traces itself; absent: nowhere. */
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(Type.String({ pattern: '^https?://' })),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: Type.Optional(Type.String({ pattern: '^https?://' })),
  OTEL_SERVICE_NAME: Type.String({ default: 'reckon', minLength: 1 }),
  /** Share of the traces begun here that are sent, from 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: Type.Number({ default: 1, minimum: 0, maximum: 1 }),
  /** Addresses or networks of the proxies in front, separated by commas: only their X-Forwarded-For counts. */
  TRUST_PROXY: Type.String({ default: '', pattern: '^[0-9a-fA-F.:/, ]*$' }),
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
      `${instancePath.slice(1)}=${withoutCredentials(environment[instancePath.slice(1)] ?? '')} ${message}`,
  )
  throw new Error(`The environment is not valid: ${wrong.join('; ')}`)
}

/** Where traces are sent, as OpenTelemetry's own variables say it; undefined when nowhere. */
export function tracesUrl(config: Config): string | undefined {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact, OTEL_EXPORTER_OTLP_ENDPOINT: collector } = config
  return exact ?? (collector === undefined ? undefined : `${collector.replace(/\/$/, '')}/v1/traces`)
}

/** Whether requests must say who sends them. */
export const isAuthenticated = ({ AUTH, JWT_ISSUER }: Config): boolean =>
  AUTH === 'keys' || JWT_ISSUER !== undefined

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host)

/** Throws when a service would let in whoever reaches it, or when the settings of tokens are not complete. */
export function refuseOpenService(config: Config): void {
  const { HOST, AUTH, JWT_ISSUER, JWT_AUDIENCE, JWT_JWKS_URL, JWT_JWKS_FILE } = config
  const given = [JWT_ISSUER, JWT_AUDIENCE, JWT_JWKS_URL ?? JWT_JWKS_FILE].filter(each => each !== undefined)
  if (given.length % 3 !== 0 || (JWT_JWKS_URL !== undefined && JWT_JWKS_FILE !== undefined)) {
    throw new Error(
      'Tokens need JWT_ISSUER, JWT_AUDIENCE, and one of JWT_JWKS_URL and JWT_JWKS_FILE; set all three or none.',
    )
  }
  if (AUTH === 'none' && JWT_ISSUER !== undefined)
    throw new Error('AUTH=none and JWT_ISSUER contradict each other; leave one out.')
  if (isAuthenticated(config) || isLoopback(HOST)) return
  throw new Error(
    `HOST=${HOST} can be reached from elsewhere, and no authentication is configured: whoever reached it might do everything. Set AUTH=keys and make a key with "npm run key -- create", or set JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URL, or listen on HOST=127.0.0.1.`,
  )
}
