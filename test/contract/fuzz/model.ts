import type { Answer } from './client.ts'
import type { Operation } from './contract.ts'
import { type ParameterValues, requestOf } from './requests.ts'
import { lastParameter, newBody, type Resource } from './resources.ts'
import { isObject, type Json } from './schema.ts'
import type { Session } from './session.ts'

/** What a walk believes about a resource that it has made. */
interface Belief {
  readonly id: string
  etag: string
  /** What the service last said it is; null once it has been deleted. */
  state: Readonly<Record<string, Json>> | null
  readonly runs: string[]
}

/** A step of a walk, and which of the resources it is for. */
export interface Step {
  readonly action: Action
  readonly pick: number
}

export const actions = [
  'create',
  'get',
  'patch',
  'patch-stale',
  'patch-blind',
  'put',
  'list',
  'run',
  'poll',
  'delete',
  'get-gone',
] as const
export type Action = (typeof actions)[number]

/** The service did something else than the model. */
export class ModelMismatch extends Error {}

/** A model of one collection, walked beside the service. */
export class Model {
  private readonly session: Session
  private readonly resource: Resource
  private readonly outer: ParameterValues
  private readonly unique: string
  private readonly beliefs: Belief[] = []

  constructor(session: Session, resource: Resource, outer: ParameterValues, unique: string) {
    this.session = session
    this.resource = resource
    this.outer = outer
    this.unique = unique
  }

  async step({ action, pick }: Step): Promise<void> {
    if (action === 'create') return this.create()
    const wanted = this.beliefs.filter(({ state }) => (state === null) === (action === 'get-gone'))
    const belief = wanted[pick % Math.max(1, wanted.length)]
    if (belief === undefined) return
    if (belief.state === null) return this.gone(belief)
    switch (action) {
      case 'get':
        return this.read(belief)
      case 'patch':
        return this.patch(belief, belief.state, pick)
      case 'patch-stale':
        await this.say(belief, this.resource.patch, 412, { 'if-match': '"999999"' }, {})
        return
      case 'patch-blind':
        await this.say(belief, this.resource.patch, 428, {}, {})
        return
      case 'put':
        return this.put(belief, belief.state, pick)
      case 'list':
        return this.list(belief)
      case 'run':
        return this.run(belief)
      case 'poll':
        return this.poll(belief)
      case 'delete':
        return this.remove(belief)
    }
  }

  private async create(): Promise<void> {
    const body = newBody(this.resource, `${this.unique}-${this.beliefs.length}`)
    const answer = await this.tell(this.resource.create, this.outer, body, 201)
    const state = objectOf(answer)
    this.beliefs.push({ id: String(state.id), etag: etagOf(answer), state, runs: [] })
    hold(state.version === undefined || state.version === 1, 'a new resource has version 1')
    for (const [name, value] of Object.entries(body)) {
      if (!contains(state[name], value)) mismatch(`created ${name}`, state[name], value)
    }
  }

  private async read(belief: Belief): Promise<void> {
    const answer = await this.say(belief, this.resource.get, 200)
    if (!isSame(objectOf(answer), belief.state)) mismatch('read', objectOf(answer), belief.state)
    if (etagOf(answer) !== belief.etag) mismatch('ETag', etagOf(answer), belief.etag)
    await this.say(belief, this.resource.get, 304, { 'if-none-match': belief.etag })
  }

  private async patch(belief: Belief, state: Readonly<Record<string, Json>>, pick: number): Promise<void> {
    const field = fieldToPatch(this.resource)
    const text = `${belief.id}-${pick}`
    const value = isObject(state[field]) ? { ...state[field], en: text } : text
    const stale = belief.etag
    const answer = await this.say(belief, this.resource.patch, 200, { 'if-match': stale }, { [field]: value })
    const next = objectOf(answer)
    for (const name of new Set([...Object.keys(state), ...Object.keys(next)])) {
      if (name === 'version' || name === 'updatedAt') continue
      const expected = name === field ? value : state[name]
      if (!isSame(next[name], expected)) mismatch(`patched ${name}`, next[name], expected)
    }
    this.follow(belief, answer, state)
    if (!isSame(state[field], value)) {
      await this.say(belief, this.resource.patch, 412, { 'if-match': stale }, { [field]: value })
    }
  }

  private async put(belief: Belief, state: Readonly<Record<string, Json>>, pick: number): Promise<void> {
    const { id: _, ...body } = newBody(this.resource, `${belief.id}-${pick}`)
    const answer = await this.say(belief, this.resource.put, 200, { 'if-match': belief.etag }, body)
    const next = objectOf(answer)
    for (const [name, value] of Object.entries(body)) {
      if (!contains(next[name], value)) mismatch(`replaced ${name}`, next[name], value)
    }
    this.follow(belief, answer, state)
  }

  private follow(belief: Belief, answer: Answer, before: Readonly<Record<string, Json>>): void {
    const after = objectOf(answer)
    const versions = [Number(before.version), Number(after.version)]
    if (
      before.version !== undefined &&
      (versions[1] ?? 0) - (versions[0] ?? 0) !== 1 &&
      !isSame(before, after)
    ) {
      mismatch('version', after.version ?? null, Number(before.version) + 1)
    }
    belief.state = after
    belief.etag = etagOf(answer)
  }

  private async list(belief: Belief): Promise<void> {
    const { create, get } = this.resource
    const list =
      this.session.contract.operations.find(each => each.method === 'GET' && each.path === create.path) ?? get
    let cursor: Json = null
    for (let pages = 0; pages < 3; pages++) {
      const given = {
        ...this.outer,
        limit: 200,
        ...(list.parameters.some(({ name }) => name === 'sort') && sortOf(list)),
        ...(cursor !== null && { cursor }),
      }
      const page = objectOf(await this.tell(list, given, undefined, 200))
      const items = (page.items ?? []) as readonly Readonly<Record<string, Json>>[]
      if (items.some(({ id }) => id === belief.id)) return
      cursor = page.nextCursor ?? null
      if (cursor === null) mismatch('list', 'absent', belief.id)
    }
  }

  private async run(belief: Belief): Promise<void> {
    if (this.resource.run === undefined) return
    const request = requestOf(this.resource.run, { ...this.outer, ...this.idOf(belief) }, {})
    const answer = await this.session.exchange('stateful', request, { kind: 'status', status: 202 })
    if (answer.status !== 202 && answer.status !== 201) mismatch('run', answer.status, 202)
    belief.runs.push(String(answer.headers.location))
  }

  private async poll(belief: Belief): Promise<void> {
    const run = this.session.contract.operations.find(({ id }) => id === 'getRun')
    const [place] = belief.runs
    if (place === undefined || run === undefined) return
    for (let tries = 0; tries < 100; tries++) {
      const id = place.split('/').at(-1) ?? ''
      const { status } = objectOf(await this.tell(run, { id }, undefined, 200))
      if (status === 'succeeded') return
      if (status !== 'queued' && status !== 'running')
        mismatch('status of a run', status ?? null, 'succeeded')
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    mismatch('run', 'unfinished after 10 s', 'succeeded')
  }

  private async remove(belief: Belief): Promise<void> {
    await this.say(belief, this.resource.remove, 428)
    await this.say(belief, this.resource.remove, 204, { 'if-match': belief.etag })
    belief.state = null
    await this.gone(belief)
  }

  /** Whatever is asked of what is deleted is answered 404. */
  private async gone(belief: Belief): Promise<void> {
    const { get, patch, remove, run } = this.resource
    await this.say(belief, get, 404)
    await this.say(belief, patch, 404, { 'if-match': belief.etag }, {})
    await this.say(belief, remove, 404, { 'if-match': belief.etag })
    if (run !== undefined) await this.say(belief, run, 404, {}, {})
  }

  private readonly idOf = ({ id }: Belief) => ({ [lastParameter(this.resource.path)]: id })

  private say(
    belief: Belief,
    operation: Operation,
    status: number,
    headers: ParameterValues = {},
    body?: Json,
  ): Promise<Answer> {
    return this.tell(operation, { ...this.outer, ...this.idOf(belief), ...headers }, body, status)
  }

  private async tell(
    operation: Operation,
    given: ParameterValues,
    body: Json | undefined,
    status: number,
  ): Promise<Answer> {
    const answer = await this.session.exchange('stateful', requestOf(operation, given, body), { kind: 'any' })
    if (answer.status !== status) {
      mismatch(
        `${operation.id} after ${JSON.stringify(body ?? null).slice(0, 200)}`,
        `${answer.status}: ${answer.body.slice(0, 300)}`,
        status,
      )
    }
    return answer
  }
}

function sortOf(list: Operation): ParameterValues {
  const values = list.parameters.find(({ name }) => name === 'sort')?.schema.enum ?? []
  const newest = values.find(each => each === '-createdAt') ?? values.find(each => each === '-updatedAt')
  return newest === undefined ? {} : { sort: newest }
}

/** A member that takes any text, and may be changed without regard to the others. */
function fieldToPatch({ put }: Resource): string {
  const [example = {}] = put.body.examples
  const fields = ['description', 'note', 'title', 'name', 'subject', 'fact']
  return fields.find(each => isObject(example) && example[each] !== undefined) ?? 'name'
}

const objectOf = ({ body }: Answer) => JSON.parse(body || '{}') as Readonly<Record<string, Json>>
const etagOf = ({ headers }: Answer) => String(headers.etag)

function hold(holds: boolean, what: string): void {
  if (!holds) throw new ModelMismatch(what)
}

function mismatch(what: string, found: unknown, expected: unknown): never {
  throw new ModelMismatch(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`)
}

/** Equal as JSON, whatever the order of members. */
const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1))) : each,
  ) ?? 'undefined'

/** Whether all that was sent came back; defaults may have been added. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      part.length === whole.length &&
      part.every((each, index) => contains(whole[index], each))
    )
  }
  if (!isObject(part)) return isSame(whole, part)
  return isObject(whole) && Object.entries(part).every(([name, each]) => contains(whole[name], each))
}
