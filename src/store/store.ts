import type { Dataset } from '../domain/market/dataset.ts'
import type { AnswerStore, AuditStore, KeyStore, ShareStore, WriteContext } from './access.ts'
import type { JsonObject } from './json.ts'
import type { DocumentKind } from './reference-data.ts'
import type { RerunCause, RunStore } from './run-store.ts'

/** Whose rows a call sees: a workspace's own and the public ones; and whether it may change public ones. */
export interface Viewer {
  readonly workspaceId: string
  readonly mayWritePublic: boolean
  /** Who writes; absent where the service itself does. */
  readonly write?: WriteContext
}

/** A viewer whose writes can be told whom they are from: whoever sent a request. */
export type Writer = Viewer & { readonly write: WriteContext }

/** Where a page of a list starts: after the element of this sort value and id. */
export type Position = readonly [value: string | number, id: string]

/** A page of a list: how it is ordered, where it starts, and how long it is. */
export interface PageRequest {
  readonly sort: string
  readonly descending: boolean
  readonly after: Position | null
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Where the next page starts, or null on the last. */
  readonly next: Position | null
}

/** A document at a version, as it is served. */
export interface StoredDocument {
  readonly id: string
  /** The document that it is part of; empty for a whole one. */
  readonly parent: string
  readonly version: number
  readonly workspaceId: string
  readonly head: JsonObject
  /** Null where the kind has none, and in lists. */
  readonly body: JsonObject | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What addresses a document: its kind, the document it is part of, and its id. */
export interface DocumentAddress {
  readonly kind: DocumentKind
  readonly parent?: string
  readonly id: string
}

/** What a document holds, when it is written. */
export interface DocumentContent {
  readonly head: JsonObject
  readonly body: JsonObject | null
}

/** Why a write did not happen. */
export type WriteRefusal =
  | 'exists'
  | 'missing'
  | 'changed'
  | 'forbidden'
  /** Another request with the same Idempotency-Key is under way, or has been answered. */
  | 'busy'
  | 'repeated'
export type WriteOutcome<T> =
  | { readonly written: T }
  | { readonly refused: WriteRefusal }
  | { readonly refused: 'referred-to'; readonly by: Referrers }
  | { readonly refused: 'dangling'; readonly references: readonly DocumentReference[] }

/** A document that a scenario refers to, and the place in the scenario that does. */
export interface DocumentReference {
  readonly kind: DocumentKind
  readonly id: string
  readonly pointer: string
}

/** Scenarios that refer to a document: some of those that the viewer sees, and whether there are others. */
export interface Referrers {
  readonly scenarios: readonly string[]
  readonly more: boolean
}

export interface DocumentStore {
  list: (
    viewer: Viewer,
    kind: DocumentKind,
    page: PageRequest & {
      readonly parent?: string
      /** Parts of any of these instead of `parent`. */
      readonly parents?: readonly string[]
      readonly q?: string
      /** Only documents whose vintage was known by the end of this day, month or year. */
      readonly asOf?: string
      readonly filters: Readonly<Record<string, string>>
    },
  ) => Promise<Page<StoredDocument>>
  read: (viewer: Viewer, address: DocumentAddress) => Promise<StoredDocument | null>
  readVersion: (viewer: Viewer, address: DocumentAddress, version: number) => Promise<StoredDocument | null>
  /** Refuses with `exists` when the id is taken, in this workspace or in the public one. */
  create: (
    viewer: Viewer,
    address: DocumentAddress,
    content: DocumentContent,
    now: Date,
  ) => Promise<WriteOutcome<StoredDocument>>
  /** Writes only when the document still has one of `versions` (any when null); a new version stands beside the old. */
  replace: (
    viewer: Viewer,
    address: DocumentAddress,
    versions: readonly number[] | null,
    content: DocumentContent,
    now: Date,
  ) => Promise<WriteOutcome<StoredDocument>>
  /** Refuses with `referred-to` while scenarios refer to the document. */
  remove: (
    viewer: Viewer,
    address: DocumentAddress,
    versions: readonly number[] | null,
    now: Date,
  ) => Promise<WriteOutcome<null>>
  /** Those of `ids` that the viewer has no document of that kind for, among the parts of `parent` if given. */
  unknownIds: (
    viewer: Viewer,
    kind: DocumentKind,
    ids: readonly string[],
    parent?: string,
  ) => Promise<string[]>
  /**
   * The versions of a document and of all its parts of a kind, as one text that changes when any of them does;
   * null when there is no such document. Reads no content.
   */
  fingerprint: (viewer: Viewer, whole: DocumentAddress, parts: DocumentKind) => Promise<string | null>
  /** Datasets at their current versions, or at those given by id; absent from the map where there is none. */
  datasets: (
    viewer: Viewer,
    ids: readonly string[],
    versions?: Readonly<Record<string, number>>,
  ) => Promise<ReadonlyMap<string, Dataset>>
}

/** What a scenario says at a version. */
export interface ScenarioContent {
  readonly name: string
  readonly estimator: string
  readonly description: string
  readonly tags: readonly string[]
  readonly inputs: JsonObject
  readonly companies: readonly string[]
  readonly datasets: readonly string[]
  /** What the scenario is run again for when it changes. */
  readonly rerunOn: readonly RerunCause[]
}

export interface StoredScenario extends ScenarioContent {
  readonly id: string
  readonly version: number
  readonly workspaceId: string
  readonly latestRunId: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A version that a scenario has had. */
export interface StoredScenarioVersion extends ScenarioContent {
  readonly id: string
  readonly version: number
  readonly createdAt: Date
}

export interface ScenarioStore {
  list: (
    viewer: Viewer,
    page: PageRequest & { readonly q?: string; readonly estimator?: string; readonly tag?: string },
  ) => Promise<Page<StoredScenario>>
  read: (viewer: Viewer, id: string) => Promise<StoredScenario | null>
  versions: (viewer: Viewer, id: string, page: PageRequest) => Promise<Page<StoredScenarioVersion> | null>
  readVersion: (viewer: Viewer, id: string, version: number) => Promise<StoredScenarioVersion | null>
  /** Refuses with `exists` when the id or the name is taken, with `dangling` when a reference leads nowhere. */
  create: (
    viewer: Viewer,
    id: string,
    content: ScenarioContent,
    now: Date,
  ) => Promise<WriteOutcome<StoredScenario>>
  replace: (
    viewer: Viewer,
    id: string,
    versions: readonly number[] | null,
    content: ScenarioContent,
    now: Date,
  ) => Promise<WriteOutcome<StoredScenario>>
  remove: (
    viewer: Viewer,
    id: string,
    versions: readonly number[] | null,
    now: Date,
  ) => Promise<WriteOutcome<null>>
  /** The run behind the scenario's result: null when none has succeeded; undefined when there is no such scenario. */
  latestRunId: (viewer: Viewer, id: string) => Promise<string | null | undefined>
}

/** Everything that is kept. */
export interface Store {
  readonly documents: DocumentStore
  readonly scenarios: ScenarioStore
  readonly runs: RunStore
  readonly keys: KeyStore
  readonly shares: ShareStore
  readonly answers: AnswerStore
  readonly audit: AuditStore
  /** Answers when the database does; throws when it does not. */
  readonly ping: () => Promise<void>
}
