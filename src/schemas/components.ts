import type { TSchema } from 'typebox'
import { applicationComponents } from './application.ts'
import { auditComponents } from './audit.ts'
import { auditEntryComponents } from './audit-entry.ts'
import { backtestComponents } from './backtest.ts'
import { calibrationComponents } from './calibration.ts'
import { catalogueComponents } from './catalogue.ts'
import { claimComponents } from './claim.ts'
import { closureComponents } from './closure.ts'
import { combinationComponents } from './combination.ts'
import { commonComponents } from './common.ts'
import { companyComponents } from './company.ts'
import { companyComparisonComponents } from './company-comparison.ts'
import { companyFactComponents } from './company-fact.ts'
import { comparisonComponents } from './comparison.ts'
import { datasetComponents } from './dataset.ts'
import { distributionComponents } from './distribution.ts'
import { estimateComponents } from './estimate.ts'
import { estimatorComponents, plainComponents } from './estimators.ts'
import { fitComponents } from './fit.ts'
import { forecastScoreComponents } from './forecast-score.ts'
import { formulaSheetComponents } from './formula-sheet.ts'
import { industryChainComponents } from './industry-chain.ts'
import { keyComponents } from './key.ts'
import { marketCheckComponents } from './market-check.ts'
import { observationTableComponents } from './observation-table.ts'
import { planComponents } from './plan.ts'
import { reconciliationComponents } from './reconciliation.ts'
import { reportComponents } from './report.ts'
import { runComponents } from './run.ts'
import { scenarioComponents } from './scenario.ts'
import { scopeComponents } from './scope.ts'
import { sensitivityComponents } from './sensitivity.ts'
import { serviceComponents } from './service.ts'
import { shareComponents } from './share.ts'
import { simulationComponents } from './simulation.ts'
import { solutionComponents } from './solution.ts'
import { sweepComponents } from './sweep.ts'
import { referredTo } from './uncertain-number.ts'

const components: readonly TSchema[] = [
  ...commonComponents,
  ...serviceComponents,
  ...estimateComponents,
  ...distributionComponents,
  ...estimatorComponents,
  ...simulationComponents,
  ...sensitivityComponents,
  ...solutionComponents,
  ...sweepComponents,
  ...formulaSheetComponents,
  ...planComponents,
  ...scenarioComponents,
  ...runComponents,
  ...comparisonComponents,
  ...catalogueComponents,
  ...companyComponents,
  ...companyFactComponents,
  ...companyComparisonComponents,
  ...applicationComponents,
  ...industryChainComponents,
  ...scopeComponents,
  ...datasetComponents,
  ...observationTableComponents,
  ...combinationComponents,
  ...marketCheckComponents,
  ...claimComponents,
  ...reportComponents,
  ...auditComponents,
  ...backtestComponents,
  ...keyComponents,
  ...shareComponents,
  ...auditEntryComponents,
  ...calibrationComponents,
  ...fitComponents,
  ...closureComponents,
  ...reconciliationComponents,
  ...forecastScoreComponents,
]

/** Every named component of the document. */
export const allComponents: readonly TSchema[] = [...components, ...referredTo(plainComponents, components)]
