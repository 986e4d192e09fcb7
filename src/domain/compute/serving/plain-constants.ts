import { latencyConstants } from './latency-constants.ts'
import { powerConstants } from './power-constants.ts'
import { throughputConstants } from './throughput-constants.ts'

/** The constants that hold everywhere. Medians are judgements from before any of the measurements, where no source stands. */
export const plainConstants = [...throughputConstants, ...latencyConstants, ...powerConstants] as const
