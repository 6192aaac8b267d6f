import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openShop, operator, type Shop } from '../../../../test/shop.js'
import { OrderStatus, type Payment, PayStatus, userId } from '../../../index.js'
import { paymentIdsInError } from '../../../ports.js'
import { receiveNotification } from './receive-notification.js'

const LONG_TEXT = 'x'.repeat(2_000)

/** A long body that claims to be about this payment and our app, or others. */
const forgedLongBody = (shop: Shop, payment: Payment, changes: object = {}) =>
  shop.gateway.forge(payment.payNo, { tradeNo: LONG_TEXT, ...changes })

/** Beyond the 512 bytes that are kept. */
const LIMIT_TEXT = 'x'.repeat(512)
const EMPTY_BODY = new Uint8Array()

/** Twenty orders that are paid and notified, each after what comes between. */
async function sellTwenty(shop: Shop, between: (payment: Payment) => Promise<void>): Promise<void> {
  for (let count = 0; count < 20; count += 1) {
    const payment = await shop.order(userId(`buyer-${count}`))
    await shop.pay(payment)
    await between(payment)
    expect(await shop.notify(payment)).toMatchObject({ answer: 'success', verdict: 'booked' })
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.paid)
  }
}

const entriesOf = (shop: Shop, outTradeNo: string) => shop.orderStore.journal.listOf(outTradeNo)

describe('receiveNotify', () => {
  it.each([
    ['appId', { appId: '2099' }, 'foreign_app'],
    ['sellerId', { sellerId: '2088999' }, 'foreign_seller'],
    ['outTradeNo', { outTradeNo: '12345' }, 'unknown_out_trade_no'],
    ['totalAmount', { totalAmount: 9_899 as never }, 'wrong_amount'],
    ['app and a number that is not ours', { appId: '2099', outTradeNo: 'another-shop-1' }, 'foreign_app'],
    ['outTradeNo that is no number of ours', { outTradeNo: 'another-shop-1' }, 'unknown_out_trade_no'],
  ])(
    'a notification that Alipay signed with another %s fails, is journalled whole, and changes nothing',
    async (...row) => {
      const [, changes, verdict] = row
      const shop = await openShop()
      const payment = await shop.order()
      await shop.pay(payment)
      const body = shop.gateway.notify(payment.payNo, { tradeNo: LONG_TEXT, ...changes })
      expect(await shop.callbacks.receiveNotify(body)).toMatchObject({ answer: 'fail', verdict })
      expect(await shop.statesOf(payment)).toEqual([OrderStatus.unpaid, [PayStatus.unpaid], []])
      const named = 'outTradeNo' in changes ? changes.outTradeNo : payment.payNo
      expect(await entriesOf(shop, named)).toMatchObject([{ verdict, body }])
    },
  )

  it('names the order and the payment of a notification that is ours, and none of a forged one', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const { payNo, orderId } = payment
    expect(await shop.callbacks.receiveNotify(shop.gateway.notify(payNo))).toMatchObject({ payNo, orderId })
    const forgery = await shop.callbacks.receiveNotify(shop.gateway.forge(payNo))
    expect([forgery.payNo, forgery.orderId]).toEqual([undefined, undefined])
  })

  it('a short forged notification fails, is journalled byte for byte, and changes nothing', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const body = shop.gateway.forge(payment.payNo)
    expect(await shop.callbacks.receiveNotify(body)).toMatchObject({ answer: 'fail', verdict: 'bad_signature' })
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.unpaid)
    expect(await entriesOf(shop, payment.payNo)).toMatchObject([{ body, verdict: 'bad_signature' }])
  })

  it('of long forged bodies for a known payment that name our app, three are kept whole', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.callbacks.openPayPage({ token: payment.token })
    shop.gateway.buyer.login(payment.payNo)
    const body = forgedLongBody(shop, payment)
    for (let count = 0; count < 5; count += 1) await shop.callbacks.receiveNotify(body)
    const entries = await entriesOf(shop, payment.payNo)
    expect(entries.map((entry) => entry.body.length)).toEqual([body.length, body.length, body.length, 512, 512])
    expect(entries[4]?.verdict).toMatch(/^bad_signature \(\d+ bytes, SHA-256 [0-9a-f]{64}\)$/)
    expect(entries[4]?.body).toEqual(body.subarray(0, 512))
  })

  it.each([
    ['another app', { appId: '2099' }],
    ['an unknown payment', { outTradeNo: '7000000000000009999' }],
    ['no number of ours', { outTradeNo: 'stranger' }],
  ])('a long forged body that names %s is kept by its first 512 bytes and its hash', async (_, changes) => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.callbacks.openPayPage({ token: payment.token })
    shop.gateway.buyer.login(payment.payNo)
    await shop.callbacks.receiveNotify(forgedLongBody(shop, payment, changes))
    const named = 'outTradeNo' in changes ? changes.outTradeNo : payment.payNo
    const [entry] = await entriesOf(shop, named)
    expect(entry?.body).toHaveLength(512)
    expect(entry?.verdict).toContain('SHA-256')
  })

  it('a long forged body leaves the hash of the whole body', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    const body = forgedLongBody(shop, payment, { appId: '2099' })
    await shop.callbacks.receiveNotify(body)
    const hash = createHash('sha256').update(body).digest('hex')
    expect((await entriesOf(shop, payment.payNo)).at(-1)?.verdict).toBe(
      `bad_signature (${body.length} bytes, SHA-256 ${hash})`,
    )
  })

  it.each([
    [512, 'bad_signature'],
    [513, expect.stringContaining('513 bytes')],
  ])('of a stranger, a forged body of %i bytes is kept as it says', async (length, verdict) => {
    const shop = await openShop()
    const payment = await shop.buy()
    const claim = { appId: '2099', tradeNo: '' }
    const shorter = shop.gateway.forge(payment.payNo, claim).length
    const body = shop.gateway.forge(payment.payNo, { ...claim, tradeNo: 'x'.repeat(length - shorter) })
    expect(body).toHaveLength(length)
    await shop.callbacks.receiveNotify(body)
    expect((await entriesOf(shop, payment.payNo)).at(-1)).toMatchObject({ verdict, body: body.subarray(0, 512) })
  })

  it('queries and genuine notifications of a payment leave room for three whole forged bodies', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    await shop.notify(payment)
    shop.gateway.answer('unknown')
    for (const _ of [1, 2, 3]) await shop.operatorService.queryNow(payment.payNo, operator)
    const body = forgedLongBody(shop, payment)
    for (const _ of [1, 2, 3]) await shop.callbacks.receiveNotify(body)
    const kept = (await entriesOf(shop, payment.payNo)).filter(({ verdict }) => verdict.startsWith('bad_signature'))
    expect(kept.map((entry) => entry.body.length)).toEqual([body.length, body.length, body.length])
  })

  it.each([
    [
      'The app of the sandbox sent it.',
      'bad_signature: The app of the sandbox sent it.',
      'The app of the sandbox sent it.',
    ],
    [null, 'bad_signature', undefined],
  ])(
    'a rejection with the explanation %s is answered and journalled with it',
    async (explanation, verdict, answered) => {
      const shop = await openShop()
      const { clock, orderStore: store } = shop
      const claims = { claimedOutTradeNo: '12', claimedAppId: null }
      const notifyReader = {
        read: async () => ({ kind: 'rejected', reason: 'bad_signature', explanation, ...claims }) as const,
      }
      const dependencies = {
        notifyReader,
        store,
        clock,
        gateway: shop.gateway.gateway,
        ids: { nextId: async () => '1' },
      }
      const never = () => Promise.reject(new Error('A rejected body is settled.'))
      const answer = await receiveNotification(dependencies, never, never)(Uint8Array.of(1))
      expect(answer).toEqual({ answer: 'fail', verdict: 'bad_signature', explanation: answered })
      expect(await entriesOf(shop, '12')).toMatchObject([{ source: 'notify', verdict, receivedAt: clock.now() }])
    },
  )

  it('of long bodies that are rejected with an explanation, three are kept whole', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    const { clock, orderStore: store } = shop
    const { gateway } = shop.gateway
    const claims = { claimedOutTradeNo: payment.payNo, claimedAppId: gateway.merchant.appId }
    const rejected = { kind: 'rejected', reason: 'bad_signature', explanation: 'The key is old.', ...claims } as const
    let drawn = 0
    const ids = { nextId: async () => `9${drawn++}` }
    const never = () => Promise.reject(new Error('A rejected body is settled.'))
    const dependencies = { notifyReader: { read: async () => rejected }, store, clock, gateway, ids }
    const receive = receiveNotification(dependencies, never, never)
    for (let count = 0; count < 4; count += 1) await receive(new Uint8Array(1_000))
    const kept = (await entriesOf(shop, payment.payNo)).filter(({ verdict }) => verdict.startsWith('bad_signature'))
    expect(kept.map((entry) => entry.body.length)).toEqual([1_000, 1_000, 1_000, 512])
  })

  it('a failure names the payment of the notification, also before its order is read', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    const { clock, orderStore: store } = shop
    const { gateway, notifyReader } = shop.gateway
    const fail = () => Promise.reject(new Error('no id'))
    const dependencies = { notifyReader, store, clock, gateway, ids: { nextId: fail } }
    const receiving = receiveNotification(dependencies, fail, fail)(shop.gateway.notify(payment.payNo))
    expect(await receiving.catch(paymentIdsInError)).toEqual({ payNo: payment.payNo })
  })

  it('the notification of a refund succeeds though its confirmation fails, which the worker repeats', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    const { gateway } = shop.gateway
    const { queryRefund } = gateway
    Object.assign(gateway, { queryRefund: () => Promise.reject(new Error('the network is down')) })
    const body = shop.gateway.console.refund(payment.payNo, payment.totalPrice, 'by-hand')
    expect(await shop.callbacks.receiveNotify(body)).toMatchObject({ answer: 'success', verdict: 'refund_notice' })
    Object.assign(gateway, { queryRefund })
    await shop.advance(30_000)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.refunded)
  })

  it('ten rejected bodies a second are journalled, and the others are only answered', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    const before = shop.orderStore.rows.journal.size
    const body = shop.gateway.forge(payment.payNo)
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.callbacks.receiveNotify(body)))
    expect(answers.every(({ answer }) => answer === 'fail')).toBe(true)
    expect(shop.orderStore.rows.journal.size - before).toBe(10)
    shop.clock.advance(500)
    for (let count = 0; count < 20; count += 1) await shop.callbacks.receiveNotify(body)
    expect(shop.orderStore.rows.journal.size - before).toBe(15)
  })

  it('a flood of rejected bodies takes no genuine notification its place', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const body = shop.gateway.forge(payment.payNo)
    for (let count = 0; count < 100; count += 1) await shop.callbacks.receiveNotify(body)
    expect(await shop.notify(payment)).toMatchObject({ answer: 'success', verdict: 'booked' })
    expect((await shop.verdictsOf(payment)).at(-1)).toBe('notify: booked')
  })

  it('100,000 forged bodies in ten seconds leave 110 rows at most, and every genuine notification books', async () => {
    const [quiet, flooded] = [await openShop(), await openShop()]
    await sellTwenty(quiet, async () => {})
    let sent = 0
    await sellTwenty(flooded, async (payment) => {
      const bodies = [{}, { outTradeNo: 'stranger' }].map((other) =>
        forgedLongBody(flooded, payment, { ...other, tradeNo: LIMIT_TEXT }),
      )
      for (let count = 0; count < 5_000; count += 1) {
        const { answer } = await flooded.callbacks.receiveNotify(bodies[count % 2] ?? EMPTY_BODY)
        if (answer !== 'fail') throw new Error('A forged body was taken.')
        sent += 1
        if (count % 10 === 0) flooded.clock.advance(1)
      }
    })
    expect(sent).toBe(100_000)
    for (const shop of [quiet, flooded]) await shop.advance(120_000)
    const rowsOf = ({ orderStore: { rows } }: Shop) =>
      Object.entries(rows).map(([table, { size }]) => [table, table === 'journal' ? 0 : size])
    expect(rowsOf(flooded)).toEqual(rowsOf(quiet))
    const journalOf = ({ orderStore }: Shop) => [...orderStore.rows.journal.values()]
    const rejected = journalOf(flooded).filter(({ verdict }) => verdict.startsWith('bad_signature'))
    expect(journalOf(flooded).length - rejected.length).toBe(journalOf(quiet).length)
    // Ten at once, then ten a second.
    expect(rejected.length).toBeLessThanOrEqual(10 + 10 * 10)
    expect(rejected.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThan(110 * 512 + 20 * 3 * 1_024)
  }, 60_000)

  it('bytes that are no notification are journalled without a number', async () => {
    const shop = await openShop()
    const body = Uint8Array.of(0, 1, 2)
    expect(await shop.callbacks.receiveNotify(body)).toMatchObject({ answer: 'fail', verdict: 'not a notification' })
    expect([...shop.orderStore.rows.journal.values()]).toMatchObject([{ outTradeNo: null, body }])
  })
})
