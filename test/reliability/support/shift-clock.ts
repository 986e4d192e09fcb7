// Loaded before a process of the service: its clock is off by as many milliseconds as the file named by CLOCK_FILE says.
import { readFileSync } from 'node:fs'

const file = process.env.CLOCK_FILE
const Real = Date
let shift = 0

const read = (): void => {
  if (file !== undefined) shift = Number(readFileSync(file, 'utf8'))
}
read()
setInterval(read, 20).unref()

/** A Date whose present is shifted. */
class Shifted extends Real {
  constructor(...parts: [] | [number | string | Date]) {
    if (parts.length === 0) super(Real.now() + shift)
    else super(...(parts as [number]))
  }

  static override now(): number {
    return Real.now() + shift
  }
}

globalThis.Date = Shifted as DateConstructor
