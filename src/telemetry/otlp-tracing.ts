import { context, defaultTextMapGetter, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { asyncContexts } from './async-contexts.ts'
import type { RequestSpan, StatementSpans, Tracing, TracingOptions } from './tracing.ts'

/** How long the end of the process waits for a collector that does not answer, in ms. */
const lastWait = 2_000

/** Traces by OTLP over HTTP, with the names of OpenTelemetry's conventions. No span has a value that a caller sent. */
export function openOtlpTracing({ url, serviceName, serviceVersion, share }: TracingOptions): Tracing {
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': serviceName, 'service.version': serviceVersion }),
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
  })
  // The queue asks for the open span where everybody does.
  context.setGlobalContextManager(asyncContexts())
  const propagator = new W3CTraceContextPropagator()
  const tracer = provider.getTracer('reckon', serviceVersion)

  const beginRequest: Tracing['beginRequest'] = ({ method, route, id }, headers): RequestSpan => {
    const from = propagator.extract(context.active(), headers, defaultTextMapGetter)
    const span = tracer.startSpan(
      `${method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': method, 'http.route': route, 'reckon.request.id': id },
      },
      from,
    )
    const within = trace.setSpan(from, span)
    return {
      within: call => context.with(within, call),
      end: status => {
        if (status !== null) span.setAttribute('http.response.status_code', status)
        if (status === null || status >= 500) {
          span.setAttribute('error.type', status === null ? 'caller-gone' : String(status))
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  const begin: StatementSpans['begin'] = name => {
    if (trace.getActiveSpan() === undefined) return null
    const span = tracer.startSpan(name, {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name },
    })
    return error => {
      if (error !== undefined && error !== null) {
        // The code alone: messages of the database quote rows.
        const { code } = error as { code?: unknown }
        span.setAttribute('error.type', typeof code === 'string' ? code : 'error')
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    }
  }

  return {
    beginRequest,
    statements: {
      begin,
      bind: callback => context.bind(context.active(), callback),
    },
    nameRun: runId => void trace.getActiveSpan()?.setAttribute('reckon.run.id', runId),
    provider,
    propagator,
    close: async () => {
      await Promise.race([provider.shutdown(), new Promise(resolve => setTimeout(resolve, lastWait).unref())])
      context.disable()
    },
  }
}
