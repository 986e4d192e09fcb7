import { describe, expect, it } from 'vitest'
import { loggedError } from '../src/logged-error.ts'

const refusedRow = Object.assign(new Error('new row violates check constraint "positive"'), {
  code: '23514',
  detail: 'Failing row contains (marker).',
  where: 'marker',
  parameters: ['marker'],
})

describe('an error in the log', () => {
  it('has its type, message, code and place, and no other member', () => {
    const { stack, ...rest } = loggedError(refusedRow)
    expect(rest).toEqual({ type: 'Error', message: refusedRow.message, code: '23514' })
    expect(stack).toMatch(/^\s+at .*logged-error\.test\.ts/)
    expect(JSON.stringify(loggedError(refusedRow))).not.toContain('marker')
  })

  it('tells its causes, those of the driver too, and stops in a circle', () => {
    const outer = new TypeError('could not write', { cause: refusedRow })
    expect(loggedError(outer)).toMatchObject({ type: 'TypeError', cause: { code: '23514' } })
    const client = Object.assign(new Error('write failed'), {
      meta: { driverAdapterError: refusedRow, row: 'marker' },
    })
    expect(loggedError(client)).toMatchObject({ message: 'write failed', cause: { code: '23514' } })
    expect(JSON.stringify(loggedError(client))).not.toContain('marker')
    const circle: Error & { cause?: unknown } = new Error('round')
    circle.cause = circle
    expect(JSON.stringify(loggedError(circle)).match(/round/g)).toHaveLength(5)
  })

  it('does not repeat a message that quotes a value', () => {
    for (const [name, code] of [
      ['error', '22P02'],
      ['PrismaClientValidationError', undefined],
    ]) {
      const error = Object.assign(new Error('invalid input syntax: "marker"'), { name, code })
      expect(JSON.stringify(loggedError(error))).not.toContain('marker')
    }
    expect(loggedError(Object.assign(new Error('kept'), { code: 'ECONNREFUSED' })).message).toBe('kept')
  })

  it('is told also when something else was thrown', () => {
    expect(loggedError('marker')).toEqual({ type: 'string', message: 'no error' })
    expect(loggedError(null)).toEqual({ type: 'object', message: 'no error' })
  })
})
