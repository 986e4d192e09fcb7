/** What the log says of an error. */
export interface LoggedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  /** Where it was thrown, frame by frame. */
  readonly stack?: string
  readonly cause?: LoggedError
}

/** Causes of causes that are told. */
const mostCauses = 4

interface Thrown {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly stack?: unknown
  readonly cause?: unknown
  readonly meta?: { readonly driverAdapterError?: unknown }
}

/** An SQLSTATE of class 22: PostgreSQL's message then quotes the value that it could not take. */
const isDataException = (code: unknown): boolean => typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code)

/**
 * What the log says of whatever was thrown: what failed, its code, and where. Never more of its members: errors of
 * the database carry the row that it refused, those of the client the arguments of the call.
 */
export function loggedError(thrown: unknown, depth = 0): LoggedError {
  if (thrown === null || typeof thrown !== 'object') return { type: typeof thrown, message: 'no error' }
  const { name, message, code, stack, cause, meta } = thrown as Thrown
  const type = typeof name === 'string' ? name : 'Error'
  const below = cause ?? meta?.driverAdapterError
  return {
    type,
    message: quotesValues(type, code)
      ? 'The message quotes values, which the log leaves out.'
      : String(message),
    ...(typeof code === 'string' && { code }),
    ...(typeof stack === 'string' && { stack: frames(stack) }),
    ...(below !== undefined && depth < mostCauses && { cause: loggedError(below, depth + 1) }),
  }
}

const quotesValues = (type: string, code: unknown): boolean =>
  type === 'PrismaClientValidationError' || isDataException(code)

/** A stack without the message that it begins with. */
const frames = (stack: string): string =>
  stack
    .split('\n')
    .filter(line => /^\s+at /.test(line))
    .join('\n')
