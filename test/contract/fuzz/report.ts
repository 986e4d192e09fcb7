import type { Finding, Session } from './session.ts'

/** The time that a share of all answers stayed below, in ms. */
export function quantile({ times }: Session, share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** What was sent and found, as lines to read. */
export function linesOf(session: Session): string[] {
  const phases = [...session.statuses].map(([phase, counts]) => {
    const sum = [...counts.values()].reduce((total, count) => total + count, 0)
    const each = [...counts]
      .toSorted(([a], [b]) => a - b)
      .map(([status, count]) => `${status || 'closed'}: ${count}`)
    return `${phase.padEnd(18)} ${String(sum).padStart(7)}  ${each.join(', ')}`
  })
  const { slowest } = session
  return [
    ...phases.filter(line => !line.startsWith('after ')),
    `${session.sent} requests, seed ${session.seed}; answers p50 ${quantile(session, 0.5).toFixed(1)} ms, p99 ${quantile(session, 0.99).toFixed(1)} ms`,
    `slowest ${slowest?.took.toFixed(0)} ms: ${slowest?.method} ${slowest?.request.target} ${textOf(slowest?.request.body ?? null)}`,
    ...[...session.findings.values()].flatMap(describe),
    `${session.findings.size} defects`,
  ]
}

function describe({ phase, operation, violation, times, method, target, body }: Finding): string[] {
  return [
    `DEFECT ${operation}: ${violation.check}, ${times} times, in ${phase}`,
    `  ${violation.detail.slice(0, 500)}`,
    `  ${method} ${target.slice(0, 300)} ${textOf(body)}`,
  ]
}

const textOf = (body: string | Buffer | null): string =>
  (typeof body === 'string' ? body : (body?.toString('latin1') ?? '')).slice(0, 700)
