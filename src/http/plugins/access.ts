import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  RouteOptions,
} from 'fastify'
import type { Scope } from '../../store/access.ts'
import type { Writer } from '../../store/store.ts'
import type { Authentication } from '../authentication.ts'
import type { HttpDeps, Principal } from '../deps.ts'
import { HttpProblem } from '../problem.ts'
import { type Allowance, type Buckets, tokenBuckets } from '../rate-limit.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; nobody at an open address. */
    principal: Principal
    /** Whose rows this request sees, and who writes. */
    readonly viewer: Writer
  }
  interface FastifyReply {
    /** Takes units from what the principal may spend in a minute; throws 429 when there are not enough. */
    charge: (units: number) => void
    /** Says what is left to whoever asks where nothing is charged. */
    showLimits: () => void
  }
}

/** Who asks at an address that is open to all: it sees what is public. */
const nobody: Principal = { id: 'nobody', workspaceId: 'public', scopes: new Set() }

/** Addresses without an operation of the document, which are open: they show the document itself. */
const isPage = (url: string): boolean => /^\/(docs(\/.*)?|openapi\.(json|yaml))?$/.test(url)

/** Longest address in characters. */
const longestUrl = 8_192

/** What an address may have refused or looked up in a minute before its principal is known. */
const unprovenPerMinute = 600

/** The scopes of a route, from `security` of its operation. Throws for an operation that declares none. */
function accessOf({ url, schema }: RouteOptions): readonly Scope[] | null {
  const security = (schema as { security?: readonly { readonly bearer?: readonly Scope[] }[] } | undefined)
    ?.security
  if (security !== undefined)
    return security.length === 0 ? null : security.flatMap(({ bearer = [] }) => bearer)
  if (isPage(url)) return null
  throw new Error(`The operation at ${url} declares no scope: nobody may be let in by default.`)
}

/**
 * Lets in who may come in, in this order: the address has a sane length; the process is not behind with its work;
 * the principal is known; has a scope of the operation; and has units left. Every answer says what is left.
 */
export function registerAccess(
  app: FastifyInstance,
  {
    principal,
    limits,
    clock,
    newId,
    isOverloaded,
  }: Pick<HttpDeps, 'limits' | 'clock' | 'newId'> & {
    /** Who everybody is, or how to find out. */
    readonly principal: Principal | Authentication
    readonly isOverloaded: () => boolean
  },
): void {
  const minute = { quota: limits.unitsPerMinute, window: 60 }
  const ofPrincipal = tokenBuckets('principal', minute)
  const ofAddress = tokenBuckets('address', { quota: unprovenPerMinute, window: 60 })

  app.decorateRequest('principal', null as unknown as Principal)
  app.decorateRequest('viewer', {
    getter(this: FastifyRequest): Writer {
      const { workspaceId, scopes, id: actor } = this.principal
      const requestId = this.id
      const write = {
        actor,
        requestId,
        // Reads need no time.
        get at() {
          return clock()
        },
        newId,
      }
      return { workspaceId, mayWritePublic: scopes.has('admin'), write }
    },
  })
  app.decorateReply('charge', function charge(units) {
    pay(this, ofPrincipal, this.request.principal.id, units)
  })

  const admit = (
    access: readonly Scope[],
    request: FastifyRequest,
    reply: FastifyReply,
    sender: Principal,
  ): void => {
    request.principal = sender
    pay(reply, ofPrincipal, sender.id, 1)
    refuseWithout(access, sender)
  }

  const identify = async (
    { find }: Authentication,
    request: FastifyRequest,
    reply: FastifyReply,
    credential: string,
  ): Promise<Principal> => {
    // Guessing costs the address that guesses; what turns out right is given back.
    const address = addressKey(request.ip)
    pay(reply, ofAddress, address, 1)
    const found = credential === '' ? null : await find(credential)
    if (found === null) throw unauthorized(credential)
    ofAddress.take(address, -1)
    return found
  }

  app.decorateReply('showLimits', function showLimits() {
    if ('id' in principal) show(this, ofPrincipal, ofPrincipal.take(principal.id, 0))
    else show(this, ofAddress, ofAddress.take(addressKey(this.request.ip), 0))
  })

  /** Lets a request in, or throws; a promise only when the principal has to be looked up. */
  const letIn = (
    { access, isLiveness }: Door,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> | undefined => {
    if (request.url.length > longestUrl) throw tooLong()
    if (!isLiveness && isOverloaded()) throw overloaded()
    if (access === null) {
      request.principal = 'id' in principal ? principal : nobody
      reply.showLimits()
      return undefined
    }
    if ('id' in principal) {
      admit(access, request, reply, principal)
      return undefined
    }
    const credential = bearer(request.headers.authorization)
    const known = principal.known(credential)
    if (known === undefined)
      return identify(principal, request, reply, credential).then(found =>
        admit(access, request, reply, found),
      )
    admit(access, request, reply, known)
    return undefined
  }

  // A hook of each route, which knows the route's scopes: asking a request for its route takes longer than the rest.
  const doors = new WeakSet<object>()
  app.addHook('onRoute', route => {
    const hooks = [route.onRequest ?? []].flat()
    // The HEAD of a GET comes with the hooks of the GET.
    if (hooks.some(hook => doors.has(hook))) return
    const door: Door = { access: accessOf(route), isLiveness: route.url === '/livez' }
    const hook: onRequestHookHandler = (request, reply, done) => {
      try {
        const wait = letIn(door, request, reply)
        if (wait === undefined) done()
        else wait.then(() => done(), done)
      } catch (error) {
        done(error as Error)
      }
    }
    doors.add(hook)
    route.onRequest = [hook, ...hooks]
  })
}

/** What a route asks of whoever comes in. */
interface Door {
  /** The scopes any one of which lets a principal in; null for an address that is open to all. */
  readonly access: readonly Scope[] | null
  readonly isLiveness: boolean
}

function show(reply: FastifyReply, buckets: Buckets, allowance: Allowance): void {
  reply.header('ratelimit-policy', buckets.policy).header('ratelimit', buckets.header(allowance))
}

function pay(reply: FastifyReply, buckets: Buckets, key: string, units: number): void {
  const allowance = buckets.take(key, units)
  show(reply, buckets, allowance)
  if (allowance.allowed) return
  const { remaining, retryAfter } = allowance
  throw new HttpProblem(
    'quota-exceeded',
    `This request costs ${units}, and ${remaining} of the quota are left; in ${retryAfter} s there will be enough.`,
    { headers: { 'retry-after': String(retryAfter) } },
  )
}

/** The credential of `Authorization: Bearer …`; empty for anything else. */
const bearer = (header: string | undefined): string =>
  /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1] ?? ''

/** Whose guesses are counted together: an IPv4 address, or the 64 bits of an IPv6 network that one site gets. */
function addressKey(ip: string): string {
  if (!ip.includes(':') || ip.startsWith('::ffff:')) return ip
  return ip.split('%')[0]?.split(':').slice(0, 4).join(':') ?? ip
}

function unauthorized(credential: string): HttpProblem {
  return new HttpProblem(
    'unauthorized',
    credential === ''
      ? 'This address needs a key: send Authorization: Bearer rk_….'
      : 'The key or token is not known here, has expired, or has been revoked.',
    {
      headers: {
        'www-authenticate': `Bearer realm="reckon"${credential === '' ? '' : ', error="invalid_token"'}`,
      },
    },
  )
}

function refuseWithout(access: readonly Scope[], { scopes }: Principal): void {
  if (scopes.has('admin') || access.some(scope => scopes.has(scope))) return
  const needed = access.join(' or ')
  const held = [...scopes].join(', ') || 'none'
  throw new HttpProblem('forbidden', `This needs the scope ${needed}; the principal has ${held}.`, {
    headers: {
      'www-authenticate': `Bearer realm="reckon", error="insufficient_scope", scope="${access.join(' ')}"`,
    },
  })
}

const tooLong = (): HttpProblem =>
  new HttpProblem('address-too-long', `The address is longer than the ${longestUrl} characters accepted.`)

const overloaded = (): HttpProblem =>
  new HttpProblem('overloaded', 'The service is behind with its work at the moment.', {
    headers: { 'retry-after': '2' },
  })
