import { type Expectation, type Violation, violationsOf } from './checks.ts'
import type { Answer, Client } from './client.ts'
import type { Contract } from './contract.ts'
import type { FuzzRequest } from './requests.ts'

/** A defect: the first request that showed it, as small as it was found. */
export interface Finding {
  readonly phase: string
  readonly operation: string
  readonly violation: Violation
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | null
  readonly expectation: Expectation
  times: number
}

/** A request and what must come of it. */
export interface Probe {
  readonly request: FuzzRequest
  readonly expectation: Expectation
}

/** Raised inside a property for a defect that has not been seen yet, so that it is shrunk. */
export class NewFinding extends Error {}

/** What one run of the fuzzer sends, counts and finds. */
export class Session {
  readonly contract: Contract
  readonly seed: number
  readonly url: string
  readonly findings = new Map<string, Finding>()
  readonly statuses = new Map<string, Map<number, number>>()
  /** How long each answer took, in ms. */
  readonly times: number[] = []
  slowest: { took: number; method: string; request: Omit<FuzzRequest, 'operation'> } | undefined
  /** Ids of what was made to be read and written, by the path of their kind. */
  readonly made = new Map<string, string>()
  /** Operations whose example reads what is not there. */
  readonly unread = new Set<string>()
  sent = 0
  private readonly client: Client

  constructor(contract: Contract, client: Client, url: string, seed: number) {
    this.contract = contract
    this.client = client
    this.url = url
    this.seed = seed
  }

  /** Sends, holds the answer against the contract, and keeps what is wrong. Gives the answer. */
  async exchange(phase: string, request: FuzzRequest, expectation: Expectation): Promise<Answer> {
    const { answer } = await this.attempt(phase, request, expectation)
    return answer
  }

  /** The same for a property: throws for what has not been found before, and takes the smallest request for it. */
  async probe(phase: string, { request, expectation }: Probe, seen: ReadonlySet<string>): Promise<void> {
    const { keys } = await this.attempt(phase, request, expectation)
    if (keys.some(key => !seen.has(key))) throw new NewFinding(keys.join(', '))
  }

  private async attempt(phase: string, request: FuzzRequest, expectation: Expectation) {
    const { method, id } = request.operation
    const answer = await this.send(phase, method, request)
    const keys = violationsOf(request, answer, expectation).map(violation =>
      this.report({ ...request, phase, method, operation: id, violation, expectation }),
    )
    return { answer, keys }
  }

  /** Sends without looking at the answer's contract: for methods that no operation has. */
  async send(phase: string, method: string, request: Omit<FuzzRequest, 'operation'>): Promise<Answer> {
    let answer: Answer
    try {
      answer = await this.client.send(method, request)
    } catch (error) {
      const violation = { check: 'no-answer', detail: String(error) }
      const kept = { ...request, phase, method, operation: `${method} ${request.target.split('?')[0]}` }
      this.report({ ...kept, violation, expectation: { kind: 'any' } })
      answer = { status: 0, headers: {}, body: '', took: 0 }
    }
    this.count(phase, answer.status)
    this.times.push(answer.took)
    if (answer.took > (this.slowest?.took ?? 0)) this.slowest = { took: answer.took, method, request }
    return answer
  }

  /** Counts an answer that was not sent for here. */
  count(phase: string, status: number): void {
    this.sent += 1
    const counts = this.statuses.get(phase) ?? new Map<number, number>()
    counts.set(status, (counts.get(status) ?? 0) + 1)
    this.statuses.set(phase, counts)
  }

  /** Keeps a defect once for each operation, check and kind of detail; the shortest request wins. */
  report(finding: Omit<Finding, 'times'>): string {
    const { violation, operation } = finding
    const key = `${operation} ${violation.check} ${kindOf(violation.detail)}`
    const known = this.findings.get(key)
    const times = (known?.times ?? 0) + 1
    if (known === undefined || sizeOf(finding) < sizeOf(known)) this.findings.set(key, { ...finding, times })
    else known.times = times
    return key
  }
}

/** A detail without the numbers and values that differ from request to request. */
const kindOf = (detail: string) =>
  detail.replaceAll(/"[^"]*"|\d+(\.\d+)?(e[+-]?\d+)?|urn:\S+/gi, '·').slice(0, 80)

const sizeOf = ({ body, target }: Pick<Finding, 'body' | 'target'>) => (body?.length ?? 0) + target.length
