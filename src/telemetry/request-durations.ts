import type { Histogram } from 'prom-client'
import { durationBounds, type RequestCounts } from './request-counts.ts'

const name = 'reckon_http_request_duration_seconds'

/**
 * How long answers took, as a histogram. The library's own observes one value at a time and has no place for values
 * that are counted already, so this one has just what a registry asks of a metric.
 */
export function requestDurations(requests: RequestCounts): Histogram {
  const metric = {
    name,
    help: 'Seconds from the arrival of a request to the end of its answer',
    type: 'histogram',
    aggregator: 'sum',
    get: async () => ({ ...metric, values: [...valuesOf(requests)] }),
    reset: () => {},
  }
  return metric as unknown as Histogram
}

/** For each route: how many took at most so long, for each bound; then their sum and their number. */
function* valuesOf(requests: RequestCounts) {
  for (const { method, route, classes, seconds } of requests.all()) {
    let atMost = 0
    for (const [index, count] of classes.entries()) {
      atMost += count
      const le = durationBounds[index] ?? '+Inf'
      yield { metricName: `${name}_bucket`, labels: { method, route, le }, value: atMost }
    }
    yield { metricName: `${name}_sum`, labels: { method, route }, value: seconds }
    yield { metricName: `${name}_count`, labels: { method, route }, value: atMost }
  }
}
