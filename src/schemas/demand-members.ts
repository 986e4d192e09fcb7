import { Type } from 'typebox'
import { idPattern } from './common.ts'
import { choice } from './reference.ts'

/** Members that schemas of demand share. */
export const number = (description: string, minimum: number, maximum: number) =>
  Type.Optional(Type.Number({ format: 'double', minimum, maximum, description }))
export const whole = (description: string, minimum: number, maximum: number) =>
  Type.Optional(Type.Integer({ format: 'int32', minimum, maximum, description }))
export const year = (description: string) =>
  Type.Integer({ format: 'int32', minimum: 1990, maximum: 2200, description })
export const currency = Type.Optional(
  choice(['USD', 'CNY'], { description: 'Currency of the price', default: 'USD' }),
)
export const dataset = (description: string) =>
  Type.Optional(Type.String({ pattern: idPattern, maxLength: 100, description }))
