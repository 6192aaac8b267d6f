import { MessageType, OrderStatus } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { checkLedgers, duplicatesWithinBound } from '../src/apps/soak/invariants.js'
import type { Ledgers } from '../src/apps/soak/ledgers.js'
import { readOptions } from '../src/apps/soak/options.js'
import { loopOutages, maxSalesGaps } from '../src/apps/soak/outages.js'
import { createRandom, type Random } from '../src/apps/soak/random.js'

const paid = (id: string) => ({ id, messageType: MessageType.payResult, businessKey1: 'choice-1' })

/** One order of 99.00, paid by the first of two attempts; the second was paid too and refunded. */
const ledgers: Ledgers = {
  trades: [
    { outTradeNo: '11', paid: true, total: 9_900, refunded: 0 },
    { outTradeNo: '12', paid: true, total: 9_900, refunded: 9_900 },
  ],
  orders: [{ id: '1', outBusinessId: 'choice-1', status: OrderStatus.paid }],
  payments: [
    { payNo: '11', orderId: '1', total: 9_900, receipt: 'booked' },
    { payNo: '12', orderId: '1', total: 9_900, receipt: 'surplus' },
  ],
  refunds: [{ payNo: '12', amount: 9_900, status: 'succeeded' }],
  courses: ['choice-1'],
  handled: 1,
  outbox: { waiting: 0, dead: 0 },
  auditedMessages: [paid('91'), paid('91')],
  unread: 0,
}
const broken = (changes: Partial<Ledgers>) =>
  checkLedgers({ ...ledgers, ...changes }).flatMap((finding) => finding.broken)

describe('what a soak run checks', () => {
  it('given ledgers that agree, then nothing is broken, and a message that came again is a figure only', () => {
    expect(broken({})).toEqual([])
    expect(checkLedgers(ledgers).map(({ figures }) => figures)).toContain(
      '1 sent, 1 of them came again, 0 were asked for again, 1 handled',
    )
  })

  it('a part that was refunded is told once, and not handled', () => {
    const [whole, other] = ledgers.trades
    if (!(whole && other)) throw new Error('the ledgers are empty')
    const part = {
      trades: [{ ...whole, refunded: 100 }, other],
      refunds: [...ledgers.refunds, { payNo: '11', amount: 100, status: 'succeeded' }],
    }
    const told = { id: '93', messageType: MessageType.partialRefund, businessKey1: 'choice-1' }
    expect(broken({ ...part, auditedMessages: [paid('91'), told] })).toEqual([])
    expect(broken({ ...part, auditedMessages: [paid('91')] })).toEqual(['partialrefund_notify choice-1 was never sent'])
    expect(broken({ auditedMessages: [paid('91'), told] })).toEqual(['partialrefund_notify choice-1 is one too many'])
  })

  it('given a message that was asked for again, then it is a figure only', () => {
    const auditedMessages = [paid('91'), paid('92')]
    expect(broken({ auditedMessages, handled: 2 })).toEqual([])
    const figures = checkLedgers({ ...ledgers, auditedMessages, handled: 2 }).map((finding) => finding.figures)
    expect(figures).toContain('1 sent, 0 of them came again, 1 were asked for again, 2 handled')
  })

  const [first, second] = ledgers.trades
  const [booked, surplus] = ledgers.payments
  const [order] = ledgers.orders
  const [refund] = ledgers.refunds
  if (!(first && second && booked && surplus && order && refund)) throw new Error('the ledgers are empty')
  it.each<[string, Partial<Ledgers>, RegExp]>([
    [
      'a payment that is not booked',
      { payments: [{ ...booked, receipt: null }, surplus] },
      /not here|yuan are missing/,
    ],
    ['a payment that Alipay does not know', { trades: [{ ...first, paid: false }, second] }, /paid here and not at/],
    ['another amount at Alipay', { trades: [{ ...first, total: 9_901 }, second] }, /another amount/],
    ['a refund that Alipay does not know', { trades: [first, { ...second, refunded: 0 }] }, /other refunds/],
    ['a surplus payment that was kept', { refunds: [] }, /other refunds/],
    ['a refund that was paid twice', { refunds: [refund, refund] }, /more than once over/],
    ['a paid order without a message', { auditedMessages: [] }, /never sent/],
    ['a message for an order that is not paid', { orders: [{ ...order, status: OrderStatus.closed }] }, /one too many/],
    ['a message that nobody handled', { auditedMessages: null, handled: 0 }, /0 messages were handled instead of 1/],
    [
      'a message that was sent and not handled',
      { auditedMessages: [paid('91'), paid('92')] },
      /1 messages were .* of 2/,
    ],
    ['a paid order without its course', { courses: [] }, /not in the course table/],
    ['a course that nobody paid', { courses: ['choice-1', 'choice-2'] }, /choice-2 is in the course table unpaid/],
    ['an order that stays open', { orders: [order, { ...order, status: OrderStatus.unpaid }] }, /1 open orders/],
    ['a refund that hangs', { refunds: [refund, { ...refund, status: 'pending' }] }, /1 refunds that did not succeed/],
    ['a dead letter', { outbox: { waiting: 0, dead: 1 } }, /1 dead letters/],
    ['a backlog', { outbox: { waiting: 2, dead: 0 } }, /2 messages in the outbox/],
    ['a message in the dead-letter queue', { unread: 1 }, /1 messages unread/],
  ])('given %s, then it is found', (_what, changes, found) => {
    expect(broken(changes).join('\n')).toMatch(found)
  })

  it('given more copies than the outages may have made, then it is found', () => {
    const auditedMessages = Array.from({ length: 402 }, () => paid('91'))
    expect(duplicatesWithinBound({ ...ledgers, auditedMessages }, 1).broken).toEqual(['1 came again beyond the bound'])
    expect(duplicatesWithinBound({ ...ledgers, auditedMessages }, 2).broken).toEqual([])
  })

  it('given the same seed and purchase, then the same happens; another purchase has other luck', () => {
    const luck = (seed: number, stream: number) => Array.from({ length: 5 }, createRandom(seed, stream).next)
    expect(luck(7, 1)).toEqual(luck(7, 1))
    expect(luck(7, 1)).not.toEqual(luck(7, 2))
    expect(luck(7, 1)).not.toEqual(luck(8, 1))
  })

  it('given its options, then it reads them, and refuses what it does not know', () => {
    expect(readOptions(['--purchases', '30', '--store', 'mysql', '--seed', '4'])).toEqual({
      ...{ purchases: 30, seconds: 2, store: 'mysql', seed: 4 },
    })
    expect(() => readOptions(['--store', 'oracle'])).toThrow('sqlite or mysql')
    expect(() => readOptions(['--purchases', 'many'])).toThrow('whole number')
  })
})

/** The same choices, without the waiting. */
const quick = (random: Random): Random => ({
  ...random,
  between: (min, max) => (max > 100 ? 0 : random.between(min, max)),
})

describe('the outages of a soak run', () => {
  const event = (name: string, began: number, ended: number) => ({ name, began, ended })

  it('given sales and outages, then each kind has its longest time without a sale', () => {
    const events = [event('a', 1_000, 2_000), event('b', 10_000, 11_000), event('a', 20_000, 21_000)]
    const sales = [0, 900, 4_000, 4_100, 9_900, 10_500, 19_000, 20_500, 28_000]
    expect(maxSalesGaps(events, sales)).toEqual([
      { name: 'a', count: 2, seconds: 7.5 },
      { name: 'b', count: 1, seconds: 8.5 },
    ])
  })

  it('a stop that began in one outage and lasts into others belongs to the first alone', () => {
    const events = [event('disk', 1_000, 2_000), event('server', 5_000, 6_000), event('broker', 9_000, 9_500)]
    expect(maxSalesGaps(events, [900, 1_500, 8_500, 8_900, 9_100])).toEqual([
      { name: 'broker', count: 1, seconds: 0.1 },
      { name: 'disk', count: 1, seconds: 7 },
      { name: 'server', count: 1, seconds: 0.4 },
    ])
  })

  it('given the same seed, then the same outages follow each other, and each comes once at least', async () => {
    const play = async (seed: number) => {
      const begun: string[] = []
      const outages = ['a', 'b', 'c'].map((name) => ({ name, begin: () => void begun.push(name), end: () => {} }))
      const loop = { outages, random: quick(createRandom(seed, -1)), done: Promise.resolve(), onOutages: () => {} }
      await loopOutages({ ...loop, afterEach: async () => {} })
      return begun
    }
    expect((await play(7)).toSorted()).toEqual(['a', 'b', 'c'])
    expect(await play(7)).toEqual(await play(7))
  })
})
