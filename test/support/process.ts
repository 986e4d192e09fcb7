import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A process of the service, as `npm start` would run it. */
export interface ServiceProcess {
  readonly child: ChildProcess
  /** Where it answers; empty for a worker. */
  readonly url: string
  /** How long it took from the start to being ready, in ms. */
  readonly startedIn: number
  /** Sends a signal to the process and everything it started in its group, as a terminal does for Ctrl-C. */
  readonly signalGroup: (signal: NodeJS.Signals) => void
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
/** Where `npm start` keeps compiled code from one start to the next. */
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url))

/** What every process has in its environment: nothing of that of the tests. */
const bare = { PATH: process.env.PATH, NODE_COMPILE_CACHE: compileCache }

/** Runs a command of `src/commands`, as `npm run` would, and waits for its end. */
export function runCommand(
  name: string,
  environment: Readonly<Record<string, string>>,
  ...words: string[]
): SpawnSyncReturns<string> {
  const command = fileURLToPath(new URL(`../../src/commands/${name}.ts`, import.meta.url))
  return spawnSync(process.execPath, [command, ...words], {
    env: { ...bare, ...environment },
    encoding: 'utf8',
  })
}

/** Starts the process and waits for nothing. */
export function spawnMain(environment: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [main], {
    env: { ...bare, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that signals to the group do not reach the tests.
    detached: true,
  })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
  })
  return child
}

/** Starts the service with an environment of its own and waits until it says that it is ready. */
export async function startProcess(environment: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const start = performance.now()
  const child = spawnMain(environment)
  const exited = once(child, 'exit').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
  )
  let errors = ''
  child.stderr?.on('data', chunk => {
    errors += chunk
  })
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const { msg, health } = JSON.parse(line) as { msg: string; health?: string }
    if (msg === 'worker is ready' || health !== undefined) {
      child.stdout?.resume()
      return {
        child,
        url: health?.replace(/\/readyz$/, '') ?? '',
        startedIn: performance.now() - start,
        signalGroup: signal => process.kill(-(child.pid ?? 0), signal),
        exited,
      }
    }
  }
  throw new Error(`The process ended before it was ready: ${errors}`)
}
