import { MessageType, OrderStatus } from '@coursepay/core'
import { defaultRelaySettings, maxDuplicates } from '@coursepay/core/assembly'
import type { Ledgers } from './ledgers.js'

/** One thing that must be so at the end, with the figures that show it. */
export interface Finding {
  readonly name: string
  readonly figures: string
  /** What breaks it; empty when it holds. */
  readonly broken: readonly string[]
}

const CLOSED_STATES: ReadonlySet<string> = new Set([OrderStatus.paid, OrderStatus.closed, OrderStatus.refunded])

/** Holds the ledgers of a run that has settled against each other. */
export function checkLedgers(ledgers: Ledgers): readonly Finding[] {
  return [
    moneyAddsUp(ledgers),
    tradesAgree(ledgers),
    refundsMatchTrades(ledgers),
    messagesMatchOrders(ledgers),
    coursesMatchOrders(ledgers),
    nothingStuck(ledgers),
  ]
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
const yuan = (fen: number): string => (fen / 100).toFixed(2)

function refundedOf({ refunds }: Ledgers, payNo: string): number {
  return sum(
    refunds.filter((refund) => refund.payNo === payNo && refund.status === 'succeeded').map(({ amount }) => amount),
  )
}

/** Alipay's ledgers on the left, ours on the right. */
function sumMoney(ledgers: Ledgers) {
  const { trades, payments } = ledgers
  const kept = (receipt: string) =>
    sum(
      payments.filter((each) => each.receipt === receipt).map(({ payNo, total }) => total - refundedOf(ledgers, payNo)),
    )
  return {
    received: sum(trades.filter(({ paid }) => paid).map(({ total }) => total)),
    refunded: sum(trades.map(({ refunded }) => refunded)),
    booked: kept('booked'),
    held: kept('held'),
  }
}

function moneyAddsUp(ledgers: Ledgers): Finding {
  const { received, refunded, booked, held } = sumMoney(ledgers)
  const missing = received - booked - refunded - held
  return {
    name: 'money received = booked + refunded + held',
    figures: `${yuan(received)} = ${yuan(booked)} + ${yuan(refunded)} + ${yuan(held)} yuan`,
    broken: missing === 0 ? [] : [`${yuan(missing)} yuan are missing`],
  }
}

function tradesAgree(ledgers: Ledgers): Finding {
  const broken: string[] = []
  const paid = new Map(ledgers.trades.filter((trade) => trade.paid).map((trade) => [trade.outTradeNo, trade]))
  const received = ledgers.payments.filter(({ receipt }) => receipt !== null)
  for (const { payNo, total } of received) {
    const trade = paid.get(payNo)
    paid.delete(payNo)
    if (trade === undefined) broken.push(`${payNo} is paid here and not at Alipay`)
    else if (trade.total !== total) broken.push(`${payNo} has another amount at Alipay`)
    else if (trade.refunded !== refundedOf(ledgers, payNo)) broken.push(`${payNo} has other refunds at Alipay`)
  }
  for (const payNo of paid.keys()) broken.push(`${payNo} is paid at Alipay and not here`)
  return {
    name: 'every payment stands in both ledgers, with its refunds',
    figures: `${received.length} payments`,
    broken,
  }
}

function refundsMatchTrades(ledgers: Ledgers): Finding {
  const overRefundedPayments = ledgers.payments
    .filter(({ payNo, total }) => refundedOf(ledgers, payNo) > total)
    .map(({ payNo }) => payNo)
  const overRefundedTrades = ledgers.trades
    .filter(({ total, refunded }) => refunded > total)
    .map(({ outTradeNo }) => outTradeNo)
  const succeeded = ledgers.refunds.filter(({ status }) => status === 'succeeded')
  return {
    name: 'refunds are never above the payment',
    figures: `${succeeded.length} refunds`,
    broken: [...new Set([...overRefundedPayments, ...overRefundedTrades])].map(
      (payNo) => `${payNo} was paid back more than once over`,
    ),
  }
}

/** A relay that lost itself, the broker or the database may have sent what it had not noted: docs/delivery.md. */
export function duplicatesWithinBound({ auditedMessages }: Ledgers, outages: number): Finding {
  const messages = auditedMessages ?? []
  const copies = messages.length - new Set(messages.map(({ id }) => id)).size
  const maxCopies = outages * maxDuplicates(defaultRelaySettings)
  return {
    name: 'an outage sends at most what was on the way again',
    figures: auditedMessages === null ? 'messages stay in the process' : `${copies} came again, at most ${maxCopies}`,
    broken: copies <= maxCopies ? [] : [`${copies - maxCopies} came again beyond the bound`],
  }
}

/** Each paid order tells so once, once more when it was refunded whole, and of each part that was refunded before. */
function messagesMatchOrders(ledgers: Ledgers): Finding {
  const name = 'each paid order has one message'
  const { auditedMessages, handled } = ledgers
  const expected = new Map(ledgers.orders.flatMap((order) => messagesOf(order, ledgers)))
  const read =
    auditedMessages === null
      ? [...expected.keys()]
      : auditedMessages.map(({ id, messageType }) => `${messageType} ${id}`)
  // Readers leave parts alone.
  const toHandle = new Set(read.filter((what) => !what.startsWith(MessageType.partialRefund))).size
  const lost = handled === toHandle ? [] : [`${handled} messages were handled instead of ${toHandle}`]
  const total = sum([...expected.values()])
  if (auditedMessages === null) return { name, figures: `${total} sent, ${handled} handled`, broken: lost }
  const ids = new Map<string, Set<string>>()
  for (const { id, messageType, businessKey1 } of auditedMessages) {
    const what = `${messageType} ${businessKey1}`
    ids.set(what, (ids.get(what) ?? new Set()).add(id))
  }
  const missing = [...expected]
    .filter(([what, count]) => (ids.get(what)?.size ?? 0) < count)
    .map(([what]) => `${what} was never sent`)
  const extra = [...ids].filter(([what, { size }]) => size > (expected.get(what) ?? 0)).map(([what]) => what)
  // The learning centre asks again about a choice that waits: a paid order then sends one more, under a new number.
  const isAskedFor = (what: string) => what.startsWith(MessageType.payResult) && expected.has(what)
  const tooMany = extra.filter((what) => !isAskedFor(what)).map((what) => `${what} is one too many`)
  const copies = auditedMessages.length - sum([...ids.values()].map(({ size }) => size))
  const asked = extra.filter(isAskedFor).length
  const figures = `${total} sent, ${copies} of them came again, ${asked} were asked for again, ${handled} handled`
  return { name, figures, broken: [...missing, ...tooMany, ...lost] }
}

/** The messages of one order, and how often each is sent. */
function messagesOf({ id, outBusinessId, status }: Ledgers['orders'][number], { payments, refunds }: Ledgers) {
  const isRefunded = status === OrderStatus.refunded
  if (status !== OrderStatus.paid && !isRefunded) return []
  const booked = payments.find(({ orderId, receipt }) => orderId === id && receipt === 'booked')
  const done = refunds.filter((each) => each.payNo === booked?.payNo && each.status === 'succeeded').length
  const parts = done - (isRefunded ? 1 : 0)
  const counts = { [MessageType.payResult]: 1, [MessageType.refundResult]: isRefunded ? 1 : 0 }
  return Object.entries({ ...counts, [MessageType.partialRefund]: parts })
    .filter(([, count]) => count > 0)
    .map(([type, count]): [string, number] => [`${type} ${outBusinessId}`, count])
}

const paidChoices = ({ orders }: Pick<Ledgers, 'orders'>) =>
  orders.filter(({ status }) => status === OrderStatus.paid).map(({ outBusinessId }) => outBusinessId)

export function ordersWithoutCourse(ledgers: Pick<Ledgers, 'orders' | 'courses'>): readonly string[] {
  const rows = new Set(ledgers.courses)
  return paidChoices(ledgers).filter((choice) => !rows.has(choice))
}

function coursesMatchOrders({ orders, courses }: Ledgers): Finding {
  const paid = paidChoices({ orders })
  const missing = ordersWithoutCourse({ orders, courses }).map(
    (choice) => `${choice} is paid and not in the course table`,
  )
  const unpaid = courses
    .filter((choice) => !paid.includes(choice))
    .map((choice) => `${choice} is in the course table unpaid`)
  const figures = `${paid.length} paid orders, ${courses.length} rows`
  return { name: 'each paid order has one row of the course table', figures, broken: [...missing, ...unpaid] }
}

/** What a run that has settled has none of. */
function nothingStuck({ orders, refunds, outbox, unread, payments, trades }: Ledgers): Finding {
  const unbooked = new Set(payments.filter(({ receipt }) => receipt === null).map(({ payNo }) => payNo))
  const counts = {
    'open orders': orders.filter(({ status }) => !CLOSED_STATES.has(status)).length,
    'paid trades that are not booked': trades.filter(({ outTradeNo, paid }) => paid && unbooked.has(outTradeNo)).length,
    'refunds that did not succeed': refunds.filter(({ status }) => status !== 'succeeded').length,
    'messages in the outbox': outbox.waiting,
    'dead letters': outbox.dead,
    'messages unread': unread,
  }
  const broken = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
  return { name: 'nothing is stuck', figures: `${orders.length} orders looked at`, broken }
}
