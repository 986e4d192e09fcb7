import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Authentication } from './http/authentication.ts'
import type { HttpDeps, Principal } from './http/deps.ts'
import { registerAccess } from './http/plugins/access.ts'
import { bodyLimit, registerBodies } from './http/plugins/bodies.ts'
import { registerDraining } from './http/plugins/draining.ts'
import { registerHeaders } from './http/plugins/headers.ts'
import { registerIdempotency } from './http/plugins/idempotency.ts'
import { registerOpenapi } from './http/plugins/openapi.ts'
import { registerProblems, sendClientError, sendFrameworkError } from './http/plugins/problems.ts'
import { registerSerialisation } from './http/plugins/serialisation.ts'
import { connectionLimits, registerTimeLimits } from './http/plugins/time-limits.ts'
import { registerTracing } from './http/plugins/tracing.ts'
import { registerValidation } from './http/plugins/validation.ts'
import { watchPressure } from './http/pressure.ts'
import { auditLogRoutes } from './http/routes/audit-log.ts'
import { backtestRoutes } from './http/routes/backtests.ts'
import { calibrationProfileRoutes } from './http/routes/calibration-profiles.ts'
import { catalogueRoutes } from './http/routes/catalogue.ts'
import { closureRoutes } from './http/routes/closures.ts'
import { companyComparisonRoutes } from './http/routes/company-comparisons.ts'
import { comparisonRoutes } from './http/routes/comparisons.ts'
import { datasetRoutes } from './http/routes/datasets.ts'
import { estimateRoutes } from './http/routes/estimates.ts'
import { estimatorRoutes } from './http/routes/estimators.ts'
import { fitRoutes } from './http/routes/fits.ts'
import { forecastScoreRoutes } from './http/routes/forecast-scores.ts'
import { keyRoutes } from './http/routes/keys.ts'
import { knowledgeRoutes } from './http/routes/knowledge.ts'
import { metricsRoutes } from './http/routes/metrics.ts'
import { observationTableRoutes } from './http/routes/observation-tables.ts'
import { planRoutes } from './http/routes/plans.ts'
import { reconciliationRoutes } from './http/routes/reconciliations.ts'
import { reportRoutes } from './http/routes/reports.ts'
import { runChartRoutes } from './http/routes/run-charts.ts'
import { runEventRoutes } from './http/routes/run-events.ts'
import { runRowRoutes } from './http/routes/run-rows.ts'
import { runRoutes } from './http/routes/runs.ts'
import { scenarioRunRoutes } from './http/routes/scenario-runs.ts'
import { scenarioVersionRoutes } from './http/routes/scenario-versions.ts'
import { scenarioRoutes } from './http/routes/scenarios.ts'
import { scopeRoutes } from './http/routes/scopes.ts'
import { serviceRoutes } from './http/routes/service.ts'
import { shareRoutes } from './http/routes/shares.ts'
import { uncertaintyRoutes } from './http/routes/uncertainty.ts'
import { allComponents } from './schemas/components.ts'

/** What an app is built from. */
export interface AppDeps extends HttpDeps {
  readonly log: FastifyBaseLogger
  /** Who everybody is, where no authentication is configured; else what finds out. */
  readonly principal: Principal | Authentication
  /** Ids of requests; made here unless given. */
  readonly requestIds?: () => string
}

/** Ids of requests: unique within a process by a counter, and across processes by a random start. */
function requestIds(): () => string {
  const start = Math.floor(Math.random() * 36 ** 6).toString(36)
  let count = 0
  return () => `${start}-${(++count).toString(36)}`
}

/**
 * The service as a Fastify app, not yet listening. Nothing in it is global: a test may build ten. The order
 * of the plugins is what makes it safe, so they are listed here and not loaded from a folder.
 */
export async function buildApp(deps: AppDeps) {
  const app = Fastify({
    loggerInstance: deps.log,
    // One line a request is written by a hook of ours; the framework would write two.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: deps.requestIds ?? requestIds(),
    // A logger a request would be made for two lines at most; those lines name the request themselves.
    childLoggerFactory: logger => logger,
    bodyLimit,
    routerOptions: { maxParamLength: 200 },
    requestTimeout: connectionLimits.requestTimeout,
    connectionTimeout: connectionLimits.connectionTimeout,
    keepAliveTimeout: 72_000,
    http: {
      headersTimeout: connectionLimits.headersTimeout,
      connectionsCheckingInterval: connectionLimits.connectionsCheckingInterval,
    },
    trustProxy: deps.limits.proxies.length === 0 ? false : [...deps.limits.proxies],
    clientErrorHandler: sendClientError,
    frameworkErrors: sendFrameworkError,
    // What comes on an open connection while the service stops is still answered, and the connection closed.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  }).withTypeProvider<TypeBoxTypeProvider>()

  const { principal, limits } = deps
  const pressure = watchPressure(limits.eventLoopDelay)
  app.addHook('onClose', async () => pressure.close())

  if (deps.tracing !== null) registerTracing(app, deps.tracing)
  const { isDraining } = registerDraining(app)
  registerProblems(app)
  registerHeaders(app, deps.metrics.requests)
  registerTimeLimits(app)
  registerAccess(app, { ...deps, isOverloaded: pressure.isHigh })
  registerIdempotency(app)
  registerBodies(app)
  for (const component of allComponents) app.addSchema(component)
  registerValidation(app)
  registerSerialisation(app)
  await registerOpenapi(app, deps.publicUrl)

  await app.register(serviceRoutes(deps, isDraining))
  await app.register(metricsRoutes(deps))
  await app.register(estimateRoutes(deps))
  await app.register(uncertaintyRoutes(deps))
  await app.register(estimatorRoutes(deps))
  await app.register(planRoutes(deps))
  await app.register(scenarioRoutes(deps))
  await app.register(scenarioVersionRoutes(deps))
  await app.register(scenarioRunRoutes(deps))
  await app.register(runRoutes(deps))
  await app.register(runRowRoutes(deps))
  await app.register(runChartRoutes(deps))
  await app.register(runEventRoutes(deps))
  await app.register(comparisonRoutes(deps))
  await app.register(reportRoutes(deps))
  await app.register(fitRoutes(deps))
  await app.register(closureRoutes(deps))
  await app.register(reconciliationRoutes(deps))
  await app.register(forecastScoreRoutes(deps))
  await app.register(backtestRoutes(deps))
  await app.register(calibrationProfileRoutes(deps))
  await app.register(catalogueRoutes(deps))
  await app.register(knowledgeRoutes(deps))
  await app.register(companyComparisonRoutes(deps))
  await app.register(scopeRoutes(deps))
  await app.register(datasetRoutes(deps))
  await app.register(observationTableRoutes(deps))
  await app.register(keyRoutes(deps, keyId => 'forget' in principal && principal.forget(keyId)))
  await app.register(shareRoutes(deps))
  await app.register(auditLogRoutes(deps))
  return app
}

export type App = Awaited<ReturnType<typeof buildApp>>
