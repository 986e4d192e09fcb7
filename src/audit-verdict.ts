/** What an audit of the dependencies found. */
export interface AuditVerdict {
  /** `unknown`: the registry could not be asked, so that nothing is known either way. */
  readonly outcome: 'clean' | 'findings' | 'unknown'
  readonly text: string
}

interface Report {
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity?: string; readonly range?: string; readonly via?: readonly unknown[] }>
  >
  readonly metadata?: { readonly dependencies?: { readonly prod?: number } }
  readonly message?: string
  readonly error?: { readonly summary?: string; readonly detail?: string }
}

/** What `npm audit --json` says, read: only a whole report without findings is clean. */
export function auditVerdict(output: string): AuditVerdict {
  const report = parsed(output)
  const { vulnerabilities, metadata, message, error } = report ?? {}
  if (vulnerabilities === undefined) {
    const reason = message ?? error?.summary ?? error?.detail ?? 'npm audit gave no report'
    return {
      outcome: 'unknown',
      text: `Dependencies were NOT audited: the registry has no answer (${withoutAddress(reason)}).`,
    }
  }
  const found = Object.entries(vulnerabilities)
  if (found.length === 0) {
    const count = metadata?.dependencies?.prod
    return {
      outcome: 'clean',
      text: `No known weakness in ${count === undefined ? 'the' : count} production dependencies.`,
    }
  }
  const lines = found.map(
    ([name, { severity = 'unknown', range = '*' }]) => `  ${severity}: ${name} ${range}`,
  )
  return {
    outcome: 'findings',
    text: [`${found.length} production dependencies have known weaknesses:`, ...lines.toSorted()].join('\n'),
  }
}

function parsed(output: string): Report | undefined {
  try {
    const value: unknown = JSON.parse(output)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Which registry was asked is the machine's affair. */
const withoutAddress = (text: string): string => text.replaceAll(/ *-? *[A-Z]* *https?:\/\/\S+/g, '')
