/** Empties a cache. */
type Forget = () => void

/**
 * Makes the caches of modules of the domain forgettable: what one mutant has worked out must not be found by the next.
 * Caches are weak maps, and maps that are empty, made while a module is loaded. Answers what empties them all.
 */
export function forgettableCaches(): Forget {
  const caches: Forget[] = []
  /** Whether whoever makes a map is a module of the domain that is being loaded, rather than a function of it. */
  const isOfModule = () => {
    const [, , , maker = ''] = (new Error().stack ?? '').split('\n')
    return /^\s*at (async )?file:\S*\/src\/domain\//.test(maker)
  }
  const { Map: PlainMap, WeakMap: PlainWeakMap } = globalThis
  globalThis.Map = class<K, V> extends PlainMap<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(entries)
      if (entries === undefined && isOfModule()) caches.push(() => this.clear())
    }
  } as MapConstructor
  globalThis.WeakMap = class<K extends WeakKey, V> extends PlainWeakMap<K, V> {
    constructor(entries?: readonly (readonly [K, V])[] | null) {
      super(entries)
      if (!isOfModule()) return
      let kept = new PlainWeakMap<K, V>()
      this.get = key => kept.get(key)
      this.has = key => kept.has(key)
      this.delete = key => kept.delete(key)
      this.set = (key, value) => {
        kept.set(key, value)
        return this
      }
      caches.push(() => {
        kept = new PlainWeakMap()
      })
    }
  } as WeakMapConstructor
  return () => {
    for (const forget of caches) forget()
  }
}
