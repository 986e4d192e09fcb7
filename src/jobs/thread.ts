import type { MessagePort } from 'node:worker_threads'
import { countLayouts, mostLayouts, type PlanProblem, searchPlans } from '../domain/compute/plan/search.ts'
import type { Share, Stage } from '../domain/uncertainty/simulation-stages.ts'
import { type Refusal, refusalFrom, refusalOf } from './refusal.ts'
import { isStage, type RunTask, workOut, workShare } from './run-task.ts'
import { readCatalogue } from './shared-catalogue.ts'
import { standBack } from './thread-priority.ts'
import type { ChartTask, PlanOutcome, RunOutcome, SharedTask, ShareOutcome } from './threads.ts'

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

const taskFrom = ({ catalogue, datasets, ...task }: SharedTask): RunTask => ({
  ...task,
  lookup: { catalogue: readCatalogue(catalogue), datasets },
})

/**
 * Works a run out, and tells through the port how far it is. Rows are sent there too, and kept before the next are:
 * while some are written the following are worked out, and no more. So are stages that can be divided; the shares,
 * worked out by other threads, come back.
 */
export async function run({
  task,
  ways,
  port,
}: {
  readonly task: SharedTask
  readonly ways: number
  readonly port: MessagePort
}): Promise<RunOutcome> {
  const tell = teller(port)
  let kept: Promise<unknown> = Promise.resolve()
  const answered = <T>() => new Promise<T>(resolve => port.once('message', resolve))
  try {
    const work = workOut(taskFrom(task), ways)
    let step = work.next([])
    while (!step.done) {
      if (typeof step.value === 'number') {
        tell(step.value)
        step = work.next([])
      } else if (isStage(step.value)) {
        const shares = answered<readonly Share[] | Refusal>()
        port.postMessage(step.value)
        const answer = await shares
        step = 'refusal' in answer ? work.throw(refusalOf(answer)) : work.next(answer)
      } else {
        await kept
        kept = answered()
        port.postMessage(step.value)
        step = work.next([])
      }
    }
    await kept
    return { body: step.value }
  } catch (error) {
    return refusalFrom(error)
  } finally {
    port.close()
  }
}

/** Works a share of a stage out, and tells through the port how far it is. */
export function share({
  task,
  stage,
  pieces,
  port,
}: {
  readonly task: SharedTask
  readonly stage: Stage
  readonly pieces: readonly number[]
  readonly port: MessagePort
}): ShareOutcome {
  const tell = teller(port)
  try {
    const work = workShare(taskFrom(task), stage, pieces)
    let step = work.next()
    for (; !step.done; step = work.next()) tell(step.value)
    return { share: step.value }
  } catch (error) {
    return refusalFrom(error)
  } finally {
    port.close()
  }
}

/** Tells numbers through a port, not more often than `between`. */
function teller(port: MessagePort): (progress: number) => void {
  let next = performance.now() + between
  return progress => {
    if (performance.now() < next) return
    port.postMessage(progress)
    next = performance.now() + between
  }
}
