import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api'

/** Keeps the context of a trace across callbacks and promises. */
export function asyncContexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (context, call, thisArg, ...args) =>
      storage.run(context, () => call.call(thisArg as never, ...args)),
    bind: (context, target) =>
      typeof target === 'function'
        ? (function bound(this: unknown, ...args: unknown[]) {
            return storage.run(context, () => target.apply(this, args))
          } as typeof target)
        : target,
    enable: () => manager,
    disable: () => {
      storage.disable()
      return manager
    },
  }
  return manager
}
