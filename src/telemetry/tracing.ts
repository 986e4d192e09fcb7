import type { IncomingHttpHeaders } from 'node:http'
import type { TextMapPropagator, TracerProvider } from '@opentelemetry/api'

/** Where spans are sent, and as whose. */
export interface TracingOptions {
  /** Address that takes traces by OTLP over HTTP, path included. */
  readonly url: string
  readonly serviceName: string
  readonly serviceVersion: string
  /** Share of the traces begun here that are sent; a caller's own decision is followed. */
  readonly share: number
}

/** The work on one request, as a trace shows it. */
export interface RequestSpan {
  /** Calls a function in the span: what it begins, at once or later, is part of it. */
  readonly within: (call: () => void) => void
  /** Ends the span; `status` is that of the answer, null when the caller did not wait for it. */
  readonly end: (status: number | null) => void
}

/** Spans of statements. */
export interface StatementSpans {
  /** Begins the span of a statement by its name; null outside of any trace. What is returned ends it. */
  readonly begin: (name: string) => ((error?: unknown) => void) | null
  /** A callback that runs in the trace in which it was made, whoever calls it. */
  readonly bind: <F extends (...args: never[]) => unknown>(callback: F) => F
}

/** Traces of what a process does. */
export interface Tracing {
  readonly beginRequest: (
    request: { readonly method: string; readonly route: string; readonly id: string },
    headers: IncomingHttpHeaders,
  ) => RequestSpan
  readonly statements: StatementSpans
  /** Says of the span that is open now which run it is for. */
  readonly nameRun: (runId: string) => void
  /** For the queue, which has spans of its own and carries a trace from the request to the worker. */
  readonly provider: TracerProvider
  readonly propagator: TextMapPropagator
  /** Sends what waits and ends. */
  readonly close: () => Promise<void>
}

/** Opens tracing; what it takes is loaded now, and never in a process that does not trace. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  const { openOtlpTracing } = await import('./otlp-tracing.ts')
  return openOtlpTracing(options)
}
