import { describe, expect, it } from 'vitest'
import { openShop, operator, type Shop } from '../../../../test/shop.js'
import { fen, OrderStatus, type Payment } from '../../../index.js'
import type { PaymentGateway, RefundAnswer, RefundQueryAnswer } from '../../../ports.js'
import type { QueriedTradeStatus } from '../../domain/payment-evidence.js'
import { createOrderUpdater } from '../update-order.js'
import { processRefund } from './process-refund.js'

const HOUR = 3_600_000
const absent = { kind: 'absent' } as const
const unknown = { kind: 'unknown', reason: 'no answer came' } as const
const accepted = { kind: 'accepted' } as const
const refused = { kind: 'refused', reason: 'no' } as const
const tradeClosed = { kind: 'trade_closed' } as const
const refundSucceeded = (amount: number) => ({ kind: 'succeeded', amount: fen(amount) }) as const

/** What the gateway answers; of a list, one answer after the other. Without an answer a call is a mistake. */
interface GatewayScript {
  readonly queryRefund?: RefundQueryAnswer | readonly RefundQueryAnswer[]
  readonly refund?: RefundAnswer
  readonly query?: QueriedTradeStatus | readonly QueriedTradeStatus[]
  /** What happens elsewhere during the query. */
  readonly meanwhile?: () => Promise<unknown>
}

/** Processes one refund beside the shop's own worker, with a gateway that follows the script. */
async function processOneRefund(shop: Shop, payment: Payment, outRequestNo: string, script: GatewayScript) {
  const { scheduler, clock, orderStore: store } = shop
  const calls: string[] = []
  const answers = new Map<string, unknown[]>()
  const answer = <Answer>(call: 'query' | 'queryRefund' | 'refund', about: string): Answer => {
    calls.push(`${call} ${about}`)
    const left = answers.get(call) ?? [script[call] ?? []].flat()
    answers.set(call, left)
    if (left.length === 0) throw new Error(`Nobody expects the call ${call}.`)
    return (left.length === 1 ? left[0] : left.shift()) as Answer
  }
  const gateway: PaymentGateway = {
    ...shop.gateway.gateway,
    queryRefund: async (_, number) => answer('queryRefund', number),
    refund: async ({ outRequestNo: number, amount }) => answer('refund', `${number} ${amount}`),
  }
  let drawn = 8_000_000_000_000_000_000n + BigInt(clock.now() % 1_000_000)
  const ids = { nextId: async () => String(drawn++) }
  const updateOrder = createOrderUpdater({ store, scheduler, wakeRelay: () => {} })
  const query = async ({ payNo }: Pick<Payment, 'payNo'>): Promise<QueriedTradeStatus> => {
    await script.meanwhile?.()
    return answer('query', payNo)
  }
  const process = processRefund({ store, updateOrder, gateway, clock, ids, query })
  const progress = await process({ payNo: payment.payNo, outRequestNo })
  const refunds = (await shop.refundsOf(payment)).map(({ cause, amount, status }) => `${cause} ${amount} ${status}`)
  return { progress, refunds, calls }
}

/** A paid order; with `refunding`, the refund R1 of 40 yuan whose call brought no answer. */
async function openPaidOrder(refunding = false) {
  const shop = await openShop()
  const payment = await shop.buy()
  const refund = (amount: number, outRequestNo: string) =>
    shop.service.refundOrder(payment.orderId, { amount: fen(amount), reason: '', outRequestNo }, operator)
  if (refunding) {
    shop.gateway.answer('unknown')
    await refund(4_000, 'R1')
    shop.gateway.answer('clear')
  }
  return { shop, payment, refund }
}

describe('a pending refund of ours', () => {
  it.each<[string, GatewayScript, 'done' | 'pending', string]>([
    ['is not sent while nobody knows of it', { queryRefund: unknown }, 'pending', 'pending'],
    ['that moved its money succeeded', { queryRefund: refundSucceeded(4_000) }, 'done', 'succeeded'],
    ['that moved another amount waits for a person', { queryRefund: refundSucceeded(3_999) }, 'pending', 'pending'],
    ['that is absent is sent', { queryRefund: absent, refund: { kind: 'succeeded' } }, 'done', 'succeeded'],
    ['that is refused failed', { queryRefund: absent, refund: refused }, 'done', 'failed'],
    ['that is accepted waits', { queryRefund: absent, refund: accepted }, 'pending', 'pending'],
    ['without an answer waits', { queryRefund: absent, refund: unknown }, 'pending', 'pending'],
    [
      'of a closed trade waits while nobody knows of the trade',
      { queryRefund: absent, refund: tradeClosed, query: 'unknown' },
      'pending',
      'pending',
    ],
    [
      'of a closed trade that is paid waits',
      { queryRefund: absent, refund: tradeClosed, query: 'paid' },
      'pending',
      'pending',
    ],
    [
      'of a closed trade waits while nobody knows of the refund',
      { queryRefund: [absent, unknown], refund: tradeClosed, query: 'closed' },
      'pending',
      'pending',
    ],
  ])('%s', async (_, script, progress, status) => {
    const { shop, payment } = await openPaidOrder(true)
    const result = await processOneRefund(shop, payment, 'R1', script)
    expect([result.progress, result.refunds]).toEqual([progress, [`operator 4000 ${status}`]])
  })

  it.each([
    [HOUR - 1, 'pending', 'pending'],
    [HOUR, 'done', 'failed'],
  ] as const)('of a closed trade that nobody can tell about, %i ms old: %s', async (ageMs, progress, status) => {
    const { shop, payment } = await openPaidOrder(true)
    shop.clock.advance(ageMs)
    const result = await processOneRefund(shop, payment, 'R1', {
      queryRefund: absent,
      refund: tradeClosed,
      query: 'unknown',
    })
    expect([result.progress, result.refunds]).toEqual([progress, [`operator 4000 ${status}`]])
  })

  it('of a closed trade ends at once when all was refunded elsewhere', async () => {
    const { shop, payment } = await openPaidOrder(true)
    const script = { queryRefund: absent, refund: tradeClosed, query: 'closed' } as const
    const { progress, refunds } = await processOneRefund(shop, payment, 'R1', script)
    expect([progress, refunds]).toEqual(['done', ['operator 4000 failed', 'external 9900 succeeded']])
  })

  it('of a closed trade is not asked about again when another process ended it meanwhile', async () => {
    const { shop, payment } = await openPaidOrder(true)
    const elsewhere = () =>
      shop.callbacks.receiveNotify(shop.gateway.console.refund(payment.payNo, payment.totalPrice, 'by-hand'))
    const script = { queryRefund: absent, refund: tradeClosed, query: 'closed', meanwhile: elsewhere } as const
    const { progress, refunds, calls } = await processOneRefund(shop, payment, 'R1', script)
    expect([progress, refunds]).toEqual(['done', ['operator 4000 failed', 'external 9900 succeeded']])
    expect(calls).toEqual(['queryRefund R1', 'refund R1 4000', `query ${payment.payNo}`])
  })

  it('that ended is left alone', async () => {
    const { shop, payment, refund } = await openPaidOrder()
    await refund(4_000, 'R1')
    expect(await processOneRefund(shop, payment, 'R1', {})).toMatchObject({ progress: 'done', calls: [] })
  })
})

describe('a refund that only the gateway knows', () => {
  it.each<[string, GatewayScript, 'done' | 'pending', readonly string[], number]>([
    ['by-hand', { queryRefund: unknown }, 'pending', [], 1],
    ['by-hand', { queryRefund: refundSucceeded(4_000) }, 'done', ['external 4000 succeeded'], 1],
    ['by-hand', { queryRefund: absent, query: 'unknown' }, 'pending', [], 2],
    ['by-hand', { queryRefund: absent, query: 'paid' }, 'done', [], 2],
    ['by-hand', { queryRefund: absent, query: 'closed' }, 'done', ['external 9900 succeeded'], 2],
    ['?4000', { query: 'unknown' }, 'pending', [], 1],
    ['?4000', { query: 'paid' }, 'done', [], 1],
    ['?4000', { query: 'closed' }, 'done', ['external 9900 succeeded'], 1],
  ])('with the number %s and the answers %j is %s', async (number, script, progress, refunds, calls) => {
    const { shop, payment } = await openPaidOrder()
    const result = await processOneRefund(shop, payment, number, script)
    expect([result.progress, result.refunds, result.calls.length]).toEqual([progress, refunds, calls])
  })

  it.each<[QueriedTradeStatus, 'done' | 'pending', boolean]>([
    ['unknown', 'pending', false],
    ['no_trade', 'done', false],
    ['waiting', 'done', false],
    ['closed', 'done', false],
    ['paid', 'pending', true],
    ['finished', 'pending', true],
  ])('of an unpaid payment whose trade is %s is %s', async (status, progress, isAsked) => {
    const shop = await openShop()
    const payment = await shop.order()
    const result = await processOneRefund(shop, payment, 'by-hand', { query: status, queryRefund: unknown })
    expect([result.progress, result.refunds]).toEqual([progress, []])
    expect(result.calls).toEqual([`query ${payment.payNo}`, ...(isAsked ? ['queryRefund by-hand'] : [])])
  })

  it('of a refunded payment is not asked about by its number', async () => {
    const { shop, payment, refund } = await openPaidOrder()
    await refund(9_900, 'R1')
    const result = await processOneRefund(shop, payment, 'by-hand', { query: 'paid' })
    expect([result.progress, result.refunds]).toEqual(['done', ['operator 9900 succeeded']])
  })

  it('of a trade that was closed is what our own refunds of this payment leave', async () => {
    const { shop, payment, refund } = await openPaidOrder()
    await refund(1_000, 'R0')
    shop.gateway.answer('unknown')
    await refund(2_000, 'R1')
    await refund(3_000, 'R2')
    const answers = [refundSucceeded(2_000), absent]
    const result = await processOneRefund(shop, payment, '?6000', { query: 'closed', queryRefund: answers })
    expect(result.calls).toEqual([`query ${payment.payNo}`, 'queryRefund R1', 'queryRefund R2'])
    expect([result.progress, result.refunds]).toEqual([
      'done',
      ['operator 1000 succeeded', 'operator 2000 succeeded', 'operator 3000 failed', 'external 6900 succeeded'],
    ])
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.refunded)
  })

  it('of a trade that was closed is nothing when our own refunds took all', async () => {
    const { shop, payment, refund } = await openPaidOrder(true)
    await refund(5_900, 'R2')
    const result = await processOneRefund(shop, payment, '?9900', {
      query: 'closed',
      queryRefund: refundSucceeded(4_000),
    })
    expect([result.progress, result.refunds]).toEqual(['done', ['operator 4000 succeeded', 'operator 5900 succeeded']])
  })

  it('of a trade that was closed is not booked while nobody knows of our own refund', async () => {
    const { shop, payment } = await openPaidOrder(true)
    const result = await processOneRefund(shop, payment, '?9900', { query: 'closed', queryRefund: unknown })
    expect([result.progress, result.refunds]).toEqual(['pending', ['operator 4000 pending']])
  })

  it('of a surplus payment whose trade was closed leaves the refunds of the other payments alone', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    for (const payment of [first, second]) await shop.pay(payment)
    for (const payment of [first, second]) await shop.notify(payment)
    shop.gateway.answer('unknown')
    await shop.service.refundOrder(first.orderId, { amount: fen(100), reason: '', outRequestNo: 'R1' }, operator)
    const result = await processOneRefund(shop, second, '?9900', { query: 'closed', queryRefund: absent })
    expect(result.calls).toEqual([`query ${second.payNo}`, `queryRefund ${second.payNo}-surplus`])
    expect(result.refunds).toEqual(['surplus 9900 failed', 'external 9900 succeeded'])
    expect(await shop.refundsOf(first)).toMatchObject([{ status: 'pending' }])
  })
})
