import type { JsonObject } from './json.ts'
import type { Page, PageRequest, StoredScenario, Viewer, WriteOutcome } from './store.ts'

/** Who writes, and for which request: what the audit log says beside the change itself. */
export interface WriteContext {
  /** `local`, `key:…`, `token:…`, `command` or `system`. */
  readonly actor: string
  readonly requestId: string | null
  readonly at: Date
  readonly newId: (prefix: string) => string
  /** Set when the request came with an Idempotency-Key. */
  readonly once?: Once
}

/** A write that has one effect however often it is asked for. */
export interface Once {
  /** SHA-256 of principal, method, route and key. */
  readonly scope: string
  /** SHA-256 of the address and the canonical body. */
  readonly fingerprint: string
  /** Seconds that the caller of the first request may wait for a fuller answer than the write itself gives. */
  readonly settlesWithin: number | null
  /** What is kept as the answer, made from what the store has written. */
  readonly answer: (written: unknown) => KeptAnswer
}

/** An answer as it is kept. The store does not look into the body. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface AnswerStore {
  /** The answer kept under a scope; `settled` is false while the first request still works on it. */
  find: (
    scope: string,
  ) => Promise<(KeptAnswer & { readonly fingerprint: string; readonly settled: boolean }) | null>
  /** Replaces the answer that the write gave by the fuller one. */
  settle: (scope: string, answer: KeptAnswer) => Promise<void>
  /** Deletes answers older than a day, a bounded number of them, and says how many. */
  sweep: () => Promise<number>
}

/** What a principal may do: read, write, start runs, or all of that and manage keys. */
export type Scope = 'read' | 'write' | 'run' | 'admin'

export interface StoredKey {
  readonly id: string
  readonly workspaceId: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

export interface NewKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly secretHash: string
  readonly expiresAt: Date | null
}

/** Keys of the viewer's workspace; the public one has none. */
export interface KeyStore {
  list: (viewer: Viewer, page: PageRequest) => Promise<Page<StoredKey>>
  read: (viewer: Viewer, id: string) => Promise<StoredKey | null>
  create: (viewer: Viewer, key: NewKey, now: Date) => Promise<WriteOutcome<StoredKey>>
  /** Revokes a key; one that is revoked already stays as it is. */
  revoke: (viewer: Viewer, id: string, now: Date) => Promise<WriteOutcome<StoredKey>>
  /** The key of an id whoever asks, with the hash of its secret: for checking credentials alone. */
  credential: (id: string) => Promise<(StoredKey & { readonly secretHash: string }) | null>
  /** Writes when keys were last used. */
  touch: (uses: ReadonlyMap<string, Date>) => Promise<void>
  /** Makes a workspace unless it is there. */
  ensureWorkspace: (id: string) => Promise<void>
  workspaceExists: (id: string) => Promise<boolean>
}

export interface StoredShare {
  readonly id: string
  readonly scenarioId: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

/** Links to scenarios. All but `open` see the scenarios of the viewer alone, not the public ones. */
export interface ShareStore {
  /** Null when there is no such scenario. */
  list: (viewer: Viewer, scenarioId: string, page: PageRequest) => Promise<Page<StoredShare> | null>
  read: (viewer: Viewer, scenarioId: string, id: string) => Promise<StoredShare | null>
  create: (
    viewer: Viewer,
    scenarioId: string,
    share: { readonly id: string; readonly tokenHash: string; readonly expiresAt: Date | null },
    now: Date,
  ) => Promise<WriteOutcome<StoredShare>>
  revoke: (viewer: Viewer, scenarioId: string, id: string, now: Date) => Promise<WriteOutcome<StoredShare>>
  /** The live scenario behind a link that is neither revoked nor expired, with the hash of its token. */
  open: (
    id: string,
    now: Date,
  ) => Promise<{ readonly tokenHash: string; readonly scenario: StoredScenario } | null>
}

/** What was done to a resource. */
export interface Change {
  readonly action: 'create' | 'replace' | 'delete' | 'start' | 'cancel' | 'revoke'
  readonly kind: string
  readonly resource: string
  readonly before: JsonObject | null
  readonly after: JsonObject | null
}

export interface AuditEntry extends Omit<Change, 'before' | 'after' | 'action'> {
  readonly id: string
  readonly at: Date
  readonly action: string
  readonly actor: string
  readonly requestId: string | null
}

/** The log of writes by the viewer's workspace. Nothing can change it. */
export interface AuditStore {
  list: (
    viewer: Viewer,
    page: PageRequest & {
      readonly actor?: string
      readonly action?: string
      readonly kind?: string
      readonly resource?: string
      readonly requestId?: string
      readonly since?: Date
      readonly until?: Date
    },
  ) => Promise<Page<AuditEntry>>
  read: (viewer: Viewer, id: string) => Promise<(AuditEntry & Pick<Change, 'before' | 'after'>) | null>
}
