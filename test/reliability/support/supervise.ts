import { expect, onTestFinished } from 'vitest'
import { type ServiceProcess, startProcess } from '../../support/process.ts'

/** Processes of a test, none of which may end unless the test ends it. */
export interface Supervisor {
  readonly start: (environment: Readonly<Record<string, string>>) => Promise<ServiceProcess>
  /** Kills a process without warning and waits until it is gone. */
  readonly kill: (process: ServiceProcess) => Promise<void>
  /** Asks a process to stop; resolves with how it ended. */
  readonly stop: (process: ServiceProcess) => Promise<number | NodeJS.Signals | null>
}

/** Watches over processes for a test, and fails it when one of them ends by itself. */
export function supervise(): Supervisor {
  const unexpected: string[] = []
  onTestFinished(() => expect(unexpected, 'processes that ended by themselves').toEqual([]))
  const ending = new WeakSet<ServiceProcess>()
  return {
    start: async environment => {
      const process = await startProcess(environment)
      let said = ''
      process.child.stderr?.on('data', chunk => {
        said = `${said}${chunk}`.slice(-2_000)
      })
      process.exited.then(how => {
        if (!ending.has(process)) unexpected.push(`${environment.ROLE} ended with ${how}: ${said}`)
      })
      // Hooks run last first: what is still running when the test is over is ended by the hook before this one.
      onTestFinished(() => {
        ending.add(process)
      })
      return process
    },
    kill: async process => {
      ending.add(process)
      process.child.kill('SIGKILL')
      await process.exited
    },
    stop: process => {
      ending.add(process)
      process.child.kill('SIGTERM')
      return process.exited
    },
  }
}
