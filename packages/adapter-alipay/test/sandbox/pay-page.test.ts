import { describe, expect, it } from 'vitest'
import { givenSandbox } from './support/given.js'
import { close, type Order, payAddress, payParameters, query, refund } from './support/merchant.js'

const bench = givenSandbox()

const open = (order: Order, method?: string) =>
  bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, order, { shop: bench.shop, ...(method ? { method } : {}) }))

describe('opening the pay page', () => {
  it.each(['alipay.trade.wap.pay', 'alipay.trade.page.pay'])(
    'given %s by GET, then the cashier opens',
    async (method) => {
      const page = await open({ out_trade_no: 'T1' }, method)

      expect(page).not.toHaveProperty('errorCode')
      expect(page.url).toMatch(/\/cashier\/[0-9a-f]{32}$/)
    },
  )

  it('given the SDK form by POST, then the cashier opens and can be paid', async () => {
    const form = bench.sdk.pageExecute('alipay.trade.wap.pay', 'POST', payParameters({ out_trade_no: 'T1' }, bench))

    expect(await bench.sandbox.buyer.pay(form)).toMatchObject({ result: 'paid' })
    expect(bench.sandbox.trades.get('T1')).toMatchObject({ status: 'TRADE_SUCCESS', totalFen: 8880 })
  })

  it.each(['a &amp; b', '&lt;b&gt;', '&copy; 2026', 'it&#39;s'])(
    'given the subject %s, then the SDK form breaks the signature and the GET address does not',
    async (subject) => {
      const order = { out_trade_no: 'T1', subject }
      const form = bench.sdk.pageExecute('alipay.trade.wap.pay', 'POST', payParameters(order, bench))

      expect(await bench.sandbox.buyer.openPayPage(form)).toMatchObject({ errorCode: 'isv.invalid-signature' })
      expect(await open(order)).not.toHaveProperty('errorCode')
    },
  )

  it.each<[string, Order]>([
    ['out_trade_no', { out_trade_no: 'has space' }],
    ['out_trade_no', { out_trade_no: 'x'.repeat(65) }],
    ['total_amount', { out_trade_no: 'T1', total_amount: '0.00' }],
    ['total_amount', { out_trade_no: 'T1', total_amount: '0.30000000000000004' }],
    ['total_amount', { out_trade_no: 'T1', total_amount: '100000000.01' }],
    ['total_amount', { out_trade_no: 'T1', total_amount: '-1.00' }],
    ['subject', { out_trade_no: 'T1', subject: '' }],
    ['subject', { out_trade_no: 'T1', subject: '课'.repeat(257) }],
    ['product_code', { out_trade_no: 'T1', product_code: 'FAST_INSTANT_TRADE_PAY' }],
    ['seller_id', { out_trade_no: 'T1', seller_id: '2088111111111111' }],
    ['quit_url', { out_trade_no: 'T1', quit_url: 'javascript:alert(1)' }],
    ['passback_params', { out_trade_no: 'T1', passback_params: 'p'.repeat(513) }],
    ['time_expire', { out_trade_no: 'T1', time_expire: 'tomorrow' }],
    ['time_expire', { out_trade_no: 'T1', time_expire: '2026-02-30 12:00:00' }],
    ['time_expire', { out_trade_no: 'T1', time_expire: '2026-03-16 12:00:01' }],
    ['timeout_express', { out_trade_no: 'T1', timeout_express: '1.5h' }],
    ['timeout_express', { out_trade_no: 'T1', timeout_express: '16d' }],
  ])('given a bad %s, then the buyer sees which field is wrong and nothing is opened', async (field, order) => {
    const page = await open(order)

    expect(page.errorCode).toBe('ACQ.INVALID_PARAMETER')
    expect(page.html).toContain(field)
  })

  it('given the largest amount and the longest subject, then the cashier opens', async () => {
    const order = { out_trade_no: '_'.repeat(64), total_amount: '100000000.00', subject: '😀'.repeat(256) }

    expect(await open(order)).not.toHaveProperty('errorCode')
  })

  it('given a notify address that is no web address, then the request is refused', async () => {
    const address = bench.sdk.pageExecute('alipay.trade.wap.pay', 'GET', {
      ...payParameters({ out_trade_no: 'T1' }),
      notifyUrl: 'ftp://shop.example/notify',
    })

    expect(await bench.sandbox.buyer.openPayPage(address)).toMatchObject({ errorCode: 'ACQ.INVALID_PARAMETER' })
  })
})

describe('an out_trade_no that is used again', () => {
  it('given no trade yet, then the number may be used with another amount, and the first to confirm wins', async () => {
    const cheap = (await open({ out_trade_no: 'T1', total_amount: '1.00' })).url
    const dear = (await open({ out_trade_no: 'T1', total_amount: '2.00' })).url

    expect(await bench.sandbox.buyer.pay(dear)).toMatchObject({ result: 'paid' })
    expect(await bench.sandbox.buyer.pay(cheap)).toEqual({ result: 'refused', errorCode: 'ACQ.TRADE_HAS_SUCCESS' })
    expect(bench.sandbox.trades.get('T1')?.totalFen).toBe(200)
  })

  it('given an unpaid trade, when the same order comes again, then the same trade is paid', async () => {
    await bench.sandbox.buyer.login(payAddress(bench.sdk, { out_trade_no: 'T1' }))
    const { tradeNo } = bench.sandbox.trades.get('T1') ?? {}

    await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: 'T1' }))

    expect(bench.sandbox.trades.list()).toMatchObject([{ tradeNo, status: 'TRADE_SUCCESS' }])
  })

  it.each([{ total_amount: '88.81' }, { subject: 'other' }])(
    'given an unpaid trade, when %j comes, then it is refused as inconsistent, in a page open before too',
    async (change) => {
      const earlier = (await open({ out_trade_no: 'T1', ...change })).url
      await bench.sandbox.buyer.login(payAddress(bench.sdk, { out_trade_no: 'T1' }))

      expect(await open({ out_trade_no: 'T1', ...change })).toMatchObject({ errorCode: 'ACQ.CONTEXT_INCONSISTENT' })
      expect(await bench.sandbox.buyer.pay(earlier)).toMatchObject({ errorCode: 'ACQ.CONTEXT_INCONSISTENT' })
    },
  )

  it('given a trade bound to one buyer, when another pays, then he is refused', async () => {
    await bench.sandbox.buyer.login(payAddress(bench.sdk, { out_trade_no: 'T1' }))

    const other = await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: 'T1' }), {
      buyerId: '2088000000000009',
    })

    expect(other).toEqual({ result: 'refused', errorCode: 'ACQ.TRADE_BUYER_NOT_MATCH' })
  })

  it('given a paid trade, then the page says so, and a page open before refuses too', async () => {
    const open1 = (await open({ out_trade_no: 'T1' })).url
    await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: 'T1' }))

    const again = await open({ out_trade_no: 'T1' })

    expect(again.errorCode).toBe('ACQ.TRADE_HAS_SUCCESS')
    expect(again.html).toContain('订单已付款成功，请勿重复提交')
    expect(await bench.sandbox.buyer.pay(open1)).toMatchObject({ errorCode: 'ACQ.TRADE_HAS_SUCCESS' })
  })

  it('given a trade closed or fully refunded, then the page says closed', async () => {
    await bench.sandbox.buyer.login(payAddress(bench.sdk, { out_trade_no: 'T1' }))
    await close(bench.sdk, 'T1')
    await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: 'T2' }))
    await refund(bench.sdk, 'T2', '88.80', 'R1')

    expect(await open({ out_trade_no: 'T1' })).toMatchObject({ errorCode: 'ACQ.TRADE_HAS_CLOSE' })
    expect(await open({ out_trade_no: 'T2' })).toMatchObject({ errorCode: 'ACQ.TRADE_HAS_CLOSE' })
  })
})

describe('the end of an order', () => {
  it('given time_expire has passed before the request, then the page refuses', async () => {
    expect(await open({ out_trade_no: 'T1', time_expire: '2026-03-01 11:59:59' })).toMatchObject({
      errorCode: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
    })
  })

  it('given an open cashier, when time_expire passes, then it refuses to be paid and no trade exists', async () => {
    const { url } = await open({ out_trade_no: 'T1', time_expire: '2026-03-01 12:30:00' })

    await bench.clock.advance(30 * 60_000)

    expect(await bench.sandbox.buyer.pay(url)).toEqual({
      result: 'refused',
      errorCode: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
    })
    expect((await query(bench.sdk, 'T1')).sub_code).toBe('ACQ.TRADE_NOT_EXIST')
  })

  it('given an open cashier, one second before time_expire it can be paid', async () => {
    const now = bench.clock.now()
    const { url } = await open({ out_trade_no: 'T1', time_expire: beijing(now + 60_000) })

    await bench.clock.advance(59_000)

    expect(await bench.sandbox.buyer.pay(url)).toMatchObject({ result: 'paid' })
  })

  it('given an unpaid trade, when its time is over, then it is closed and the merchant is told', async () => {
    const now = bench.clock.now()
    await bench.sandbox.buyer.login(
      payAddress(bench.sdk, { out_trade_no: 'T1', time_expire: beijing(now + 60_000) }, bench),
    )

    await bench.clock.advance(60_000)
    await bench.sandbox.settled()

    expect(await query(bench.sdk, 'T1')).toMatchObject({ trade_status: 'TRADE_CLOSED' })
    expect(bench.shop.received.map(({ fields }) => fields.trade_status)).toEqual(['TRADE_CLOSED'])
  })

  it('given timeout_express on wap.pay, then it counts from the confirmation and is five minutes at least', async () => {
    const { url } = await open({ out_trade_no: 'T1', timeout_express: '1m' })
    await bench.clock.advance(60 * 60_000)
    await bench.sandbox.buyer.login(url)

    expect(bench.sandbox.trades.get('T1')?.expiresAt).toBe(bench.clock.now() + 5 * 60_000)
  })

  it('given timeout_express on page.pay, then it counts from the request', async () => {
    const { url } = await open({ out_trade_no: 'T1', timeout_express: '10m' }, 'alipay.trade.page.pay')

    await bench.clock.advance(10 * 60_000)

    expect(await bench.sandbox.buyer.pay(url)).toMatchObject({ errorCode: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR' })
  })

  it('given timeout_express and time_expire, then time_expire wins; given 1c, then the day in Beijing', async () => {
    const end = bench.clock.now() + 120_000
    await bench.sandbox.buyer.login(
      payAddress(bench.sdk, { out_trade_no: 'T1', timeout_express: '2h', time_expire: beijing(end) }),
    )
    await bench.sandbox.buyer.login(payAddress(bench.sdk, { out_trade_no: 'T2', timeout_express: '1c' }))

    expect(bench.sandbox.trades.get('T1')?.expiresAt).toBe(end)
    expect(beijing(bench.sandbox.trades.get('T2')?.expiresAt ?? 0)).toMatch(/ 00:00:00$/)
  })

  it('given no time at all, then an unpaid trade lives for 15 days', async () => {
    await bench.sandbox.buyer.login(payAddress(bench.sdk, { out_trade_no: 'T1' }))

    expect(bench.sandbox.trades.get('T1')?.expiresAt).toBe(bench.clock.now() + 15 * 24 * 60 * 60_000)
  })
})

/** Independent of the sandbox's own arithmetic. */
function beijing(at: number): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  return format.format(at)
}
