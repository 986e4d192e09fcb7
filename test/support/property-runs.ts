/** Cases that a property of an estimator is held against; fewer where the code is mutated thousands of times. */
export const propertyRuns = Number(process.env.PROPERTY_RUNS ?? 1_000)
