import { pino } from 'pino'
import supertest from 'supertest'
import { afterAll, beforeAll } from 'vitest'
import { type App, buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import type { Authentication } from '../../src/http/authentication.ts'
import { everything, type Limits, type Principal } from '../../src/http/deps.ts'
import { type Installation, openInstallation } from '../../src/installation.ts'
import { limitsOf } from '../../src/limits.ts'
import { newDatabase } from './database.ts'

/** A running service with a database of its own, for the tests of one file. */
export interface TestService {
  readonly app: App
  readonly installation: Installation
  readonly databaseUrl: string
  /** Where it listens. */
  readonly url: string
  readonly http: ReturnType<typeof supertest>
}

/** Starts a service before the tests of a file and stops it after them. Requests go over a real socket. */
export function useService(
  options: {
    readonly worker?: boolean
    readonly lookForCatalogue?: number
    readonly mostQueued?: number
    /** Who everybody is, or how that is found out; one principal that may do everything unless given. */
    readonly principal?: (installation: Installation) => Principal | Authentication
    readonly limits?: Partial<Limits>
  } = {},
): TestService {
  let service: TestService | undefined
  let drop: (() => Promise<void>) | undefined
  let stop = async () => {}
  beforeAll(async () => {
    const database = await newDatabase()
    drop = database.drop
    const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
    const { worker = true, lookForCatalogue = 10_000, principal: principalIn, limits, ...more } = options
    const installation = await openInstallation(database.url, {
      pool: 5,
      publicUrl: null,
      log,
      lookForCatalogue,
      limits: { ...limitsOf(readConfig({})), ...limits },
      ...more,
    })
    if (worker) await installation.work()
    const principal = principalIn?.(installation) ?? everything
    if ('close' in principal) stop = principal.close
    const app = await buildApp({ ...installation, log, principal })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    service = { app, installation, databaseUrl: database.url, url, http: supertest(url) }
  })
  afterAll(async () => {
    await service?.app.close()
    await stop()
    await service?.installation.close()
    await drop?.()
  })
  // Tests destructure nothing at load: each member is looked up when it is used.
  return new Proxy({} as TestService, {
    get: (_, member) => {
      if (service === undefined) throw new Error('The service is not started yet.')
      return service[member as keyof TestService]
    },
  })
}
