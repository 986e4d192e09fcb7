/** The answer of a service, read as JSON. */
export const json = (url: string, init?: RequestInit) =>
  fetch(url, init).then(answer => answer.json() as Promise<Record<string, unknown>>)

/** A request with a body of JSON. */
export const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** A scenario that is soon worked out. */
export const scenario = {
  name: 'kept',
  estimator: 'training',
  inputs: { trainingFlop: 1e21, throughput: { flopPerSecond: 1e14 } },
}
