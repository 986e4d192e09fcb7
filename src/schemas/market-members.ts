import { Type } from 'typebox'

/** Members that schemas of markets share. */
export const year = (description: string) =>
  Type.Integer({ format: 'int32', minimum: 1900, maximum: 2200, description })
export const share = (description: string) =>
  Type.Number({ format: 'double', minimum: 0, maximum: 1, description })
