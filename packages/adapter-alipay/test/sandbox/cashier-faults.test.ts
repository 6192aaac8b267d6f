import { describe, expect, it } from 'vitest'
import { givenSandbox } from './support/given.js'
import { payAddress, query } from './support/merchant.js'

const bench = givenSandbox()

const MINUTE = 60_000

const open = async (order: Record<string, unknown> = {}) => {
  const page = await bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, { out_trade_no: 'T1', ...order }, bench))
  return page.url
}

describe('faults at the cashier', () => {
  it.each(['login', undefined] as const)(
    'given pay_after_expiry and %s before, when the time is over, then the late payment is booked and told',
    async (before) => {
      const url = await open({ time_expire: '2026-03-01 12:30:00' })
      if (before) await bench.sandbox.buyer[before](url)
      bench.sandbox.fault({ at: 'cashier', kind: 'pay_after_expiry', times: 1 })
      await bench.clock.advance(31 * MINUTE)

      expect(await bench.sandbox.buyer.pay(url)).toMatchObject({ result: 'paid' })
      await bench.sandbox.settled()

      expect(bench.shop.received.map(({ fields }) => fields.trade_status)).toEqual(['TRADE_SUCCESS'])
      expect(bench.shop.received[0]?.fields.gmt_payment).toBe('2026-03-01 12:31:00')
    },
  )

  it('given a waiting trade that a fault kept open, when the fault is gone, then it is found closed', async () => {
    await bench.sandbox.buyer.login(await open({ time_expire: '2026-03-01 12:30:00' }))
    bench.sandbox.fault({ at: 'cashier', kind: 'pay_after_expiry' })
    await bench.clock.advance(31 * MINUTE)
    expect(await query(bench.sdk, 'T1')).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })

    bench.sandbox.clearFaults()

    expect(await query(bench.sdk, 'T1')).toMatchObject({ trade_status: 'TRADE_CLOSED' })
  })

  it('given double_pay, then two orders with the same subject and amount are paid, others are not', async () => {
    const url = await open()
    await open({ out_trade_no: 'T2' })
    await open({ out_trade_no: 'T3', subject: 'other' })
    await open({ out_trade_no: 'T4', total_amount: '1.00' })
    bench.sandbox.fault({ at: 'cashier', kind: 'double_pay' })

    await bench.sandbox.buyer.pay(url)
    await bench.sandbox.settled()

    expect(bench.shop.received.map(({ fields }) => fields.out_trade_no).sort()).toEqual(['T1', 'T2'])
    expect(bench.sandbox.trades.list().map(({ outTradeNo }) => outTradeNo)).toEqual(['T1', 'T2'])
  })

  it('given pay_fails once, then the first try fails, the trade waits, and the second pays', async () => {
    const url = await open()
    bench.sandbox.fault({ at: 'cashier', kind: 'pay_fails', times: 1 })

    expect(await bench.sandbox.buyer.pay(url)).toEqual({ result: 'failed' })
    expect(await query(bench.sdk, 'T1')).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
    expect(await bench.sandbox.buyer.pay(url)).toMatchObject({ result: 'paid' })
  })

  it('given never_return, then the order is paid and the browser is sent nowhere', async () => {
    bench.sandbox.fault({ at: 'cashier_return', kind: 'never_return' })

    expect(await bench.sandbox.buyer.pay(await open())).toEqual({ result: 'paid' })
  })

  it.each([
    ['return_bad_sign', '88.80'],
    ['return_tampered_amount', '88.81'],
  ] as const)('given %s, then the return address does not verify and says %s', async (kind, amount) => {
    bench.sandbox.fault({ at: 'cashier_return', kind })

    const { location = '' } = await bench.sandbox.buyer.pay(await open())

    const fields = Object.fromEntries(new URL(location).searchParams)
    expect(fields.total_amount).toBe(amount)
    expect(bench.sdk.checkNotifySignV2(fields)).toBe(false)
  })
})
