import type { ReferenceClockHarness } from '../../testing/contracts/index.js'
import { referenceClockOf, settableClock } from '../../testing/fakes/index.js'

export async function referenceClockHarness(): Promise<ReferenceClockHarness> {
  const machine = settableClock()
  const clock = referenceClockOf(machine)
  return { clock, now: () => machine.now(), cutOff: () => clock.cutOff(), dispose: async () => {} }
}
