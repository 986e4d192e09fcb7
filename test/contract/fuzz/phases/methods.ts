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
    const { target } = requestOf(first, exampleParameters(first), undefined)
    const report = (method: string, check: string, detail: string) =>
      session.report({
        ...{ phase: 'methods', operation: path, method, target, headers: {}, body: null },
        violation: { check, detail },
        expectation: { kind: 'any' },
      })
    // What can be read may be readable without its body, too: then it says so.
    const head = await session.send('methods', 'HEAD', { target, headers: {}, body: null })
    if (head.status >= 500) report('HEAD', 'server-error', String(head.status))
    if (head.status !== 405) documented.add('HEAD')
    for (const method of methods) {
      if (documented.has(method)) continue
      const { status, headers } = await session.send('methods', method, { target, headers: {}, body: null })
      if (status !== 405) report(method, 'unsupported-method', `${status} instead of 405`)
      const allowed = String(headers.allow ?? '')
        .split(', ')
        .toSorted()
        .join()
      if (allowed !== [...documented].toSorted().join()) report(method, 'allow', `Allow is ${allowed}`)
    }
  }
}
