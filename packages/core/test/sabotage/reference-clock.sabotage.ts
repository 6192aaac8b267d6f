import { referenceClockContract } from '../../testing/contracts/index.js'
import { referenceClockHarness } from '../harnesses/reference-clock-harness.js'
import { sabotaged } from './sabotage.js'

export const referenceClockSabotage = sabotaged(referenceClockContract, referenceClockHarness, {
  'answers the time of the other machine': (harness) => ({
    ...harness,
    clock: { read: async () => Math.trunc(harness.now() / 1_000) },
  }),
  'answers null while the other machine cannot be reached': (harness) => ({
    ...harness,
    clock: { read: async () => harness.now() },
  }),
})
