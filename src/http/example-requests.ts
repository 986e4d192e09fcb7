import { accessExamples } from './examples/access.ts'
import { architectureExamples } from './examples/architecture.ts'
import { backtestExamples } from './examples/backtests.ts'
import { catalogueExamples } from './examples/catalogue.ts'
import { closureExamples } from './examples/closures.ts'
import { datasetExamples } from './examples/datasets.ts'
import { demandExamples } from './examples/demand.ts'
import { estimatorExamples } from './examples/estimators.ts'
import { fitExamples } from './examples/fits.ts'
import { forecastScoreExamples } from './examples/forecast-scores.ts'
import { imageExamples } from './examples/image.ts'
import { knowledgeExamples } from './examples/knowledge.ts'
import { marketExamples } from './examples/market.ts'
import { memoryExamples } from './examples/memory.ts'
import { planExamples } from './examples/plans.ts'
import { reconciliationExamples } from './examples/reconciliations.ts'
import { reportExamples } from './examples/reports.ts'
import { scalingExamples } from './examples/scaling.ts'
import { scenarioExamples } from './examples/scenarios.ts'
import { scopeExamples } from './examples/scopes.ts'
import { serviceExamples } from './examples/service.ts'
import { servingExamples } from './examples/serving.ts'
import { trainingExamples } from './examples/training.ts'
import { uncertaintyExamples } from './examples/uncertainty.ts'

/** A request that the document shows. They are sent in order, and a later one may use what an earlier one made. */
export interface ExampleRequest {
  /** Unique; also the example's name in the document. */
  readonly name: string
  /** Id of the operation. */
  readonly operation: string
  readonly summary: string
  /** Path, query and header parameters by name. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
}

export const exampleRequests: readonly ExampleRequest[] = [
  ...serviceExamples,
  ...trainingExamples,
  ...architectureExamples,
  ...memoryExamples,
  ...servingExamples,
  ...scalingExamples,
  ...imageExamples,
  ...marketExamples,
  ...demandExamples,
  ...uncertaintyExamples,
  ...estimatorExamples,
  ...planExamples,
  ...scenarioExamples,
  ...fitExamples,
  ...closureExamples,
  ...reconciliationExamples,
  ...forecastScoreExamples,
  ...accessExamples,
  ...backtestExamples,
  ...catalogueExamples,
  ...knowledgeExamples,
  ...scopeExamples,
  ...datasetExamples,
  ...reportExamples,
]
