import { commonComponents } from './common.ts'
import { estimateComponents } from './estimate.ts'
import { estimatorComponents } from './estimators.ts'
import { runComponents } from './run.ts'
import { scenarioComponents } from './scenario.ts'
import { serviceComponents } from './service.ts'

/** Every named component of the document. */
export const allComponents = [
  ...commonComponents,
  ...serviceComponents,
  ...estimateComponents,
  ...estimatorComponents,
  ...scenarioComponents,
  ...runComponents,
]
