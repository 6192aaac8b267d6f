import type { EpochMs, ReferenceClock } from '../../src/shared/ports/clock.js'
import { ensure, equal } from './assertions.js'
import { defineContract, type Harness } from './define-contract.js'

export interface ReferenceClockHarness extends Harness {
  readonly clock: ReferenceClock
  /** What the other machine's clock shows now. */
  now(): EpochMs
  /** The other machine can no longer be reached. */
  cutOff(): Promise<void> | void
}

/** Some clocks are told in whole seconds, and the answer takes a while. */
const MAX_ERROR_MS = 5_000

export const referenceClockContract = defineContract<ReferenceClockHarness>()('ReferenceClock', {
  'answers the time of the other machine': async ({ clock, now }) => {
    const time = await clock.read()
    ensure(time !== null && Math.abs(time - now()) < MAX_ERROR_MS, `${time} is not the time, ${now()}.`)
  },

  'answers null while the other machine cannot be reached': async ({ clock, cutOff }) => {
    await cutOff()
    equal(await clock.read(), null)
  },
})
