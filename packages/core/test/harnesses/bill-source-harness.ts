import type { BillSourceHarness } from '../../testing/contracts/index.js'
import { inMemoryBillSource, settableClock } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

const START = Date.UTC(2026, 10, 21)

export async function billSourceHarness(): Promise<BillSourceHarness> {
  const clock = settableClock(START)
  const sellerId = '2088000000000001'
  const fake = inMemoryBillSource({ clock, sellerId })
  const passTo = async (at: number) => clock.advance(at - clock.now())
  return {
    bills: fake.source,
    sellerId,
    passTo,
    async pay({ at, ...payment }) {
      await passTo(at)
      fake.pay({ ...payment, bookedAt: at })
    },
    async refund({ at, ...refund }) {
      await passTo(at)
      fake.refund({ ...refund, bookedAt: at })
    },
    makeUnreachable: async () => fake.answer('unreachable'),
    damageFiles: async () => fake.answer('damaged'),
    secrets: [FAKE_SECRET],
    dispose: async () => {},
  }
}
