import { gzipSync } from 'node:zlib'
import { runningDigest } from '../digest.ts'
import { type Estimator, engineVersion } from '../domain/estimate.ts'
import { type SweepRequest, sweep } from '../domain/uncertainty/sweep.ts'
import { ndjson } from '../domain/uncertainty/sweep-format.ts'
import type { RunTask, Work } from './run-task.ts'

/** Characters after which rows are handed over: few writes for many rows, and little to hold at a time. */
const partLength = 524_288
/** Rows after which a sweep tells how far it is. */
const between = 64
/** The fastest: rows repeat themselves so much that more effort gains little. */
const compression = { level: 1 }

/**
 * A sweep whose lines, those of the streamed one, are handed over in parts. The body tells what they are: columns,
 * how many rows, how many of them were refused, and the length and hash of the lines as one text.
 */
export function* sweepSteps(estimator: Estimator, { inputs, parameters, members, lookup }: RunTask): Work {
  const swept = sweep(estimator, { ...parameters, inputs } as SweepRequest, members, lookup)
  const versions = { engineVersion, catalogueVersion: lookup.catalogue.version }
  const about = { estimator: estimator.id, ...versions }
  const hash = runningDigest()
  let [part, bytes, refused] = [0, 0, 0]
  let text = ndjson.head(swept, about)
  const handOver = () => {
    hash.add(text)
    bytes += Buffer.byteLength(text)
    const some = { part: part++, bytes: gzipSync(text, compression) }
    text = ''
    return some
  }
  for (let index = 0; index < swept.rows; index++) {
    const row = swept.row(index)
    if (row.refused !== null) refused++
    text += ndjson.row(swept, row)
    if (text.length >= partLength) yield handOver()
    if (index % between === 0) yield index / swept.rows
  }
  if (text !== '') yield handOver()
  const { rows, over, outputs } = swept
  return JSON.stringify({ ...about, rows, refused, bytes, sha256: hash.end(), over, outputs })
}
