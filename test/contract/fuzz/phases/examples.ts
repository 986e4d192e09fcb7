import { expectationOf } from '../expectations.ts'
import { requestOf } from '../requests.ts'
import { parametersOf } from '../resources.ts'
import type { Session } from '../session.ts'

/** Every example of the document, and every operation without a body once. */
export async function examples(session: Session): Promise<void> {
  for (const operation of session.contract.operations) {
    const parameters = parametersOf(session, operation)
    if (operation.body === null) {
      await session.exchange('examples', requestOf(operation, parameters, undefined), { kind: 'accepted' })
    }
    for (const example of operation.body?.examples ?? []) {
      const expectation = operation.body
        ? expectationOf(operation, operation.body, example)
        : ({ kind: 'any' } as const)
      await session.exchange('examples', requestOf(operation, parameters, example), expectation)
    }
  }
}
