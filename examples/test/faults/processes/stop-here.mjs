import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** Says one thing to the test, in a line of its own. */
export const say = (line) => writeSync(1, `${line}\n`)

const orders = createInterface({ input: process.stdin })

/** Says that the point is reached, and resumes only when the test says so. */
export function stopHere(point) {
  say(`at ${point}`)
  return new Promise((resolve) => orders.once('line', resolve))
}

/** The same with the whole process stopped: nothing more is sent or read. It never resumes. */
export function freezeHere(point) {
  say(`at ${point}`)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
