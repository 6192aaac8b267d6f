import { type PayNo, payNo } from '@coursepay/core'
import type { BillSourceHarness } from '@coursepay/core/contracts'
import { type BillDownloadFault, type SandboxClock, VirtualClock } from '../../sandbox/index.js'
import { openShop, type Shop } from './shop.js'

/** Two days before the day that the suite is about. */
const START = Date.UTC(2026, 10, 20)

/** The adapter beside a sandbox on a clock of its own. */
export async function openBillShop(start = START): Promise<Shop & { readonly clock: VirtualClock }> {
  const clock = new VirtualClock(start)
  const shop = await openShop({ clock: clock satisfies SandboxClock })
  return { ...shop, clock, [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose]() }
}

/** Alipay's sandbox over HTTP, for core's suite. */
export async function alipayBillHarness(): Promise<BillSourceHarness> {
  const shop = await openBillShop()
  const { sandbox, clock } = shop
  const passTo = (at: number) => clock.advance(at - clock.now())
  const number = (outTradeNo: string): PayNo => payNo(outTradeNo)
  const strike = (fault: BillDownloadFault) => void sandbox.fault(fault)
  return {
    bills: shop.bills,
    sellerId: sandbox.merchant.sellerId,
    passTo,
    async pay({ outTradeNo, amount, at }) {
      await passTo(at)
      const expireDate = clock.now() + 1_800_000
      await shop.pay(shop.attempt({ payNo: number(outTradeNo), totalPrice: amount, expireDate }))
    },
    async refund({ outTradeNo, outRequestNo, amount, at }) {
      await passTo(at)
      await shop.gateway.refund({ payNo: number(outTradeNo), amount, outRequestNo, reason: '' })
    },
    makeUnreachable: async () => void sandbox.fault({ at: 'gateway', kind: 'http_status', status: 503 }),
    damageFiles: async () => strike({ at: 'bill_download', kind: 'half_file' }),
    secrets: [sandbox.merchant.privateKey.split('\n')[1] ?? '', `${sandbox.url}/bill`],
    dispose: async () => shop[Symbol.asyncDispose](),
  }
}
