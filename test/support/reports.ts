import type { TestService } from './service.ts'

/** A text that is the same in both languages. */
export const label = (text: string) => ({ en: text, zh: text })

/** Rent of 64 devices for 30 days at a price an hour, printed as 0.11 million. */
export const rent = (price: number) => ({
  printed: '0.11',
  expression: 'price * devices * 24 * 30 / 1000000',
  operands: {
    price: { value: price, unit: 'USD/(device·hour)', from: { quote: `$${price} an hour` } },
    devices: { value: 64, unit: 'device', from: { quote: '64 devices' } },
  },
  relation: '=',
})

/** A claim that holds, unless `more` makes it another. */
export const claim = (id: string, more: object = {}) => ({
  id,
  subject: label('Rent of a month'),
  quote: '64 devices for 30 days at $2.35 an hour are $0.11 million',
  printed: { value: 0.11, text: '0.11', unit: 'million USD' },
  check: { kind: 'formula', comparisons: [rent(2.35)] },
  ...more,
})

/** The checks that a claim may have. */
export const formula = (comparison: object) => ({
  check: { kind: 'formula', comparisons: [{ ...rent(2.35), ...comparison }] },
})
export const operandFrom = (from: object, value = 1, unit: string | null = null) =>
  formula({ expression: 'x', operands: { x: { value, unit, from } } })
export const editorial = (...evidence: object[]) => ({
  check: { kind: 'editorial', verdict: 'consistent', reason: label('They agree'), evidence },
})
export const none = { check: { kind: 'none', reason: label('Printed once') } }

/** What the tests of reports and claims ask of a service. */
export function reportRequests(service: TestService) {
  let count = 0
  return {
    /** Makes a report under an id of its own, and gives its address. */
    newReport: async (more: object = {}): Promise<string> => {
      const id = `note-${++count}`
      const content = { title: label('A note'), publisher: label('Us'), date: '2026-11', ...more }
      await service.http
        .post('/v1/reports')
        .send({ id, ...content })
        .expect(201)
      return `/v1/reports/${id}`
    },
    mergePatch: (path: string, tag: string, body: object) =>
      service.http
        .patch(path)
        .set('if-match', tag)
        .set('content-type', 'application/merge-patch+json')
        .send(JSON.stringify(body)),
    /** The problem that a new claim meets. */
    problemOf: async (report: string, body: object, status = 422) =>
      (await service.http.post(`${report}/claims`).send(body).expect(status)).body,
  }
}
