/** Requests of one kind, and how many of them there are. */
export interface WorkloadRequest {
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly concurrency?: number
  readonly requestsPerSecond?: number
  readonly prefixCacheHitRate?: number
  readonly speculative?: {
    readonly draftTokens: number
    readonly acceptance: number
    readonly draftShare?: number
  }
}

/** How a model lies on devices; what is absent is chosen. */
export interface ParallelRequest {
  readonly tensor?: number
  readonly pipeline?: number
  readonly data?: number
  readonly expert?: number
}

/** A service for people: how many, what they ask, and how long they may wait for a place. */
export interface FleetRequest {
  readonly dailyUsers: number
  readonly requestsPerUser?: number
  readonly peakFactor?: number
  readonly loadTarget?: number
  readonly maximumWait?: number
  readonly arrivalVariation?: number
  readonly serviceVariation?: number
  readonly spareCopies?: number
}

/** What the answer says of speed, cost and fleet is asked by. */
export interface PerformanceRequest {
  readonly framework?: string
  readonly kvPrecision?: 'fp16' | 'bf16' | 'fp8' | 'int8'
  readonly workload?: WorkloadRequest
  readonly parallel?: ParallelRequest
  readonly slo?: { readonly timePerOutputToken?: number; readonly timeToFirstToken?: number }
  readonly fleet?: FleetRequest
  readonly price?: { readonly perDeviceHour: number; readonly currency?: 'USD' | 'CNY' }
  readonly utilisation?: number
  readonly apiPrice?: {
    readonly perMillionInputTokens: number
    readonly perMillionOutputTokens: number
  }
  readonly disaggregated?: boolean
  readonly claim?: { readonly outputTokensPerSecond: number }
}
