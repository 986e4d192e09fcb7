import { type Static, type TSchema, Type } from 'typebox'

/**
 * A reference to a named component. The document then shows the component once, by its name, and the static
 * type is that of the component. What may be null is written `nullable(…)`, as nothing may stand beside `$ref`.
 */
export function ref<T extends TSchema>(component: T): Type.TUnsafe<Static<T>> {
  const id = (component as { $id?: string }).$id
  if (id === undefined) throw new Error('Only a component with an $id can be referred to.')
  return Type.Unsafe<Static<T>>({ $ref: `${id}#` })
}

/** A component or null. */
export function nullable<T extends TSchema>(component: T): Type.TUnsafe<Static<T> | null> {
  return Type.Unsafe<Static<T> | null>({ anyOf: [ref(component), { type: 'null' }] })
}

/** An object from any id to a component. */
export function recordOf<T extends TSchema>(
  component: T,
  options: { description: string; maxProperties?: number },
): Type.TUnsafe<Record<string, Static<T>>> {
  return Type.Unsafe<Record<string, Static<T>>>({
    type: 'object',
    additionalProperties: ref(component),
    ...options,
  })
}

/** A choice among words. */
export function choice<const Values extends readonly string[]>(
  values: Values,
  options: { description: string; default?: Values[number] },
): Type.TUnsafe<Values[number]> {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options })
}

/** Two values of one kind. */
export function pairOf<T extends TSchema>(
  element: T,
  options: { description: string },
): Type.TUnsafe<readonly [Static<T>, Static<T>]> {
  return Type.Unsafe<readonly [Static<T>, Static<T>]>({
    type: 'array',
    items: element,
    minItems: 2,
    maxItems: 2,
    ...options,
  })
}
