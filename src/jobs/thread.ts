import { countLayouts, mostLayouts, type PlanProblem, searchPlans } from '../domain/compute/plan/search.ts'
import type { PlanOutcome } from './threads.ts'

// What runs in a thread: a named function a task.

export { readTable } from '../spreadsheet/read-table.ts'

/** Searches for layouts, unless there are too many. */
export function plan(problem: PlanProblem): PlanOutcome {
  const layouts = countLayouts(problem)
  return layouts > mostLayouts ? { tooMany: layouts } : { search: searchPlans(problem) }
}
