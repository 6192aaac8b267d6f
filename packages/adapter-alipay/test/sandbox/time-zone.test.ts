import { afterEach, describe, expect, it, vi } from 'vitest'
import { givenSandbox, NOON } from './support/given.js'
import { payAddress, query } from './support/merchant.js'

const bench = givenSandbox({ timestampToleranceMs: 24 * 60 * 60_000 * 365 * 100 })

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the time of Alipay', () => {
  it.each([
    ['UTC', 0],
    ['America/New_York', 300],
    ['Asia/Shanghai', -480],
    ['Pacific/Kiritimati', -840],
  ])('given a process in %s, then expiry and every time on the wire are in Beijing', async (zone, offset) => {
    vi.stubEnv('TZ', zone)
    expect(new Date(NOON).getTimezoneOffset()).toBe(offset)
    const order = { out_trade_no: 'T1', time_expire: '2026-03-01 12:30:00' }
    const late = await bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, { ...order, out_trade_no: 'T2' }, bench))
    await bench.clock.advance(29 * 60_000)

    const { location = '' } = await bench.sandbox.buyer.pay(payAddress(bench.sdk, order, bench))
    await bench.sandbox.settled()
    await bench.clock.advance(60_000)

    expect(bench.shop.received[0]?.fields).toMatchObject({
      notify_time: '2026-03-01 12:29:00',
      gmt_create: '2026-03-01 12:29:00',
      gmt_payment: '2026-03-01 12:29:00',
    })
    expect(new URL(location).searchParams.get('timestamp')).toBe('2026-03-01 12:29:00')
    expect(await query(bench.sdk, 'T1')).toMatchObject({ send_pay_date: '2026-03-01 12:29:00' })
    expect(await bench.sandbox.buyer.pay(late.url)).toMatchObject({ errorCode: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR' })
  })
})
