import { exampleParameters, requestOf } from '../requests.ts'
import type { Session } from '../session.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND']

/** Every path with every method that it does not document: 405, and an Allow that says which ones it does. */
export async function unsupportedMethods(session: Session): Promise<void> {
  const paths = Map.groupBy(session.contract.operations, ({ path }) => path)
  for (const [path, operations] of paths) {
    const [first] = operations
    if (first === undefined) continue
    const documented = new Set(operations.map(({ method }) => method))
    // What can be read can be read without its body.
    if (documented.has('GET')) documented.add('HEAD')
    const { target } = requestOf(first, exampleParameters(first), undefined)
    const report = (method: string, check: string, detail: string) =>
      session.report({
        ...{ phase: 'methods', operation: path, method, target, headers: {}, body: null },
        violation: { check, detail },
        expectation: { kind: 'any' },
      })
    for (const method of methods) {
      if (documented.has(method) && method !== 'HEAD') continue
      const { status, headers } = await session.send('methods', method, { target, headers: {}, body: null })
      if (documented.has(method)) {
        if (status >= 500) report(method, 'server-error', String(status))
        continue
      }
      if (status !== 405) report(method, 'unsupported-method', `${status} instead of 405`)
      const allowed = String(headers.allow ?? '')
        .split(', ')
        .toSorted()
        .join()
      if (allowed !== [...documented].toSorted().join()) report(method, 'allow', `Allow is ${allowed}`)
    }
  }
}
