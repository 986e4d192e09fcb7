import type { MessagePort } from 'node:worker_threads'
import { countLayouts, mostLayouts, type PlanProblem, searchPlans } from '../domain/compute/plan/search.ts'
import { DomainError } from '../domain/errors.ts'
import { workOut } from './run-task.ts'
import { readCatalogue } from './shared-catalogue.ts'
import { standBack } from './thread-priority.ts'
import type { ChartTask, PlanOutcome, RunOutcome, SharedTask } from './threads.ts'

// What runs in a thread: a named function a task.

standBack()

export { readTable } from '../spreadsheet/read-table.ts'

/** Draws a chart. What draws is loaded with the first, as few threads ever draw. */
export async function drawChart({ chart, size }: ChartTask): Promise<string> {
  const { drawSvg } = await import('../chart/draw.ts')
  return drawSvg(chart, size)
}

/** Searches for layouts, unless there are too many. */
export function plan(problem: PlanProblem): PlanOutcome {
  const layouts = countLayouts(problem)
  return layouts > mostLayouts ? { tooMany: layouts } : { search: searchPlans(problem) }
}

/** Milliseconds between two words on how far a run is. */
const between = 100

/**
 * Works a run out, and tells through the port how far it is. Rows are sent there too, and kept before the next are:
 * while some are written the following are worked out, and no more.
 */
export async function run({
  task: { catalogue, datasets, ...task },
  port,
}: {
  readonly task: SharedTask
  readonly port: MessagePort
}): Promise<RunOutcome> {
  let next = performance.now() + between
  let kept: Promise<unknown> = Promise.resolve()
  try {
    const work = workOut({ ...task, lookup: { catalogue: readCatalogue(catalogue), datasets } })
    for (;;) {
      const step = work.next()
      if (step.done) {
        await kept
        return { body: step.value }
      }
      if (typeof step.value !== 'number') {
        await kept
        kept = new Promise(resolve => port.once('message', resolve))
        port.postMessage(step.value)
      } else if (performance.now() >= next) {
        port.postMessage(step.value)
        next = performance.now() + between
      }
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    // An error that crosses a thread loses its class and its members, so a refusal crosses as what it says.
    const { code, message, pointer, facts } = error
    return { refusal: { code, message, pointer, facts } }
  } finally {
    port.close()
  }
}
