import { CheckoutError } from '../../shared/checkout-error.js'
import { isSnowflake, messageId, type PayNo, payNo, refundId } from '../../shared/identifiers.js'
import type { PayResultMessage } from '../../shared/pay-result-message.js'
import { retryConflicts } from '../../shared/retry-conflicts.js'
import { MessageType, OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { together } from '../../shared/together.js'
import type { Order } from '../domain/order.js'
import type { PayRecord, Receipt } from '../domain/pay-record.js'
import { type PaymentEvidence, refuseEvidence } from '../domain/payment-evidence.js'
import type { Refund, RefundCause } from '../domain/refund.js'
import { type Settlement, settle } from '../domain/settlement.js'
import type { OrderStores } from '../ports/order-stores.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'gateway' | 'clock' | 'ids' | 'wakeRelay'> & {
  readonly settings: Pick<OrderDependencies['settings'], 'latePolicy'>
}

/** What one proof came to. A refusal changed nothing. */
export interface SettlementResult {
  readonly accepted: boolean
  /** For the journal, the log and the metrics: `booked`, `wrong_amount`, `already_settled` … */
  readonly verdict: string
}

/** Everything chosen before the transaction, so that it may run twice. */
interface Numbers {
  readonly journal: string
  readonly message: string
  readonly refund: string
  readonly now: number
}

/**
 * Takes a proof of payment whose signature is verified, holds it to the gate, decides (`settle`), and applies the decision:
 * order, pay record, outbox, refund and journal in one transaction. Whoever changes no row lost a race and decides anew.
 */
export function settlePayment(dependencies: Dependencies) {
  const { unitOfWork, clock, ids, wakeRelay } = dependencies
  return async (evidence: PaymentEvidence, body: Uint8Array): Promise<SettlementResult> => {
    const [journal, message, refund] = await Promise.all([ids.nextId(), ids.nextId(), ids.nextId()])
    const numbers = { journal, message, refund, now: clock.now() }
    const result = await retryConflicts(() =>
      unitOfWork.run((stores) => settleWithin(stores, dependencies, evidence, body, numbers), { changesLast: true }),
    )
    if (result.verdict === 'booked') wakeRelay()
    return result
  }
}

async function settleWithin(
  stores: OrderStores,
  { gateway, settings }: Dependencies,
  evidence: PaymentEvidence,
  body: Uint8Array,
  numbers: Numbers,
): Promise<SettlementResult> {
  const { outTradeNo, source } = evidence
  const [payRecord, order] = isSnowflake(outTradeNo) ? await lookUp(stores, payNo(outTradeNo)) : [null, null]
  const refusal = refuseEvidence(evidence, gateway.merchant, payRecord)
  const settlement =
    refusal !== null || payRecord === null || order === null
      ? null
      : settle({ order, payRecord, evidence, latePolicy: settings.latePolicy })
  const verdict = refusal ?? (settlement === null ? 'unknown_out_trade_no' : verdictOf(settlement))
  const applied =
    settlement !== null && payRecord !== null && order !== null
      ? apply(stores, settlement, { order, payRecord, evidence, channel: gateway.merchant.channel, numbers })
      : Promise.resolve()
  const { journal: id, now: receivedAt } = numbers
  await together(applied, stores.journal.record({ id, source, receivedAt, outTradeNo, body, verdict }))
  return { accepted: settlement !== null, verdict }
}

const lookUp = ({ payRecords, orders }: OrderStores, number: PayNo) =>
  together(payRecords.find({ payNo: number }), orders.findBy({ payNo: number }))

const verdictOf = (settlement: Settlement) => (settlement.kind === 'unchanged' ? settlement.why : settlement.kind)

interface Facts {
  readonly order: Order
  readonly payRecord: PayRecord
  readonly evidence: PaymentEvidence
  readonly channel: string
  readonly numbers: Numbers
}

async function apply(stores: OrderStores, settlement: Settlement, facts: Facts): Promise<void> {
  const { order, payRecord } = facts
  switch (settlement.kind) {
    case 'booked':
      // The order first, always: two attempts of one order then meet at one row, in one order of locks.
      await together(
        stores.orders.change(order.id, { from: order.status, to: OrderStatus.paid }).then(must),
        keepMoney(stores, facts, 'booked'),
        stores.outbox.append(payResultOf(order, facts.numbers.message)),
      )
      return
    case 'surplus':
    case 'late':
      await keepMoney(stores, facts, settlement.kind)
      await stores.refunds.open(refundOf(facts, settlement.kind))
      return
    case 'held':
      return keepMoney(stores, facts, 'held')
    case 'attempt_closed':
      return must(await stores.payRecords.change(payRecord.payNo, { from: payRecord.status, to: PayStatus.closed }))
    case 'unchanged':
      return
  }
}

async function keepMoney({ payRecords }: OrderStores, facts: Facts, receipt: Receipt): Promise<void> {
  const { payRecord, evidence, channel, numbers } = facts
  const payment = {
    outPayNo: evidence.tradeNo,
    outPayChannel: channel,
    paySuccessTime: evidence.paidAt ?? numbers.now,
    receipt,
  }
  must(await payRecords.change(payRecord.payNo, { from: payRecord.status, to: PayStatus.paid, payment }))
}

/** No row changed: somebody else settled at this moment. The transaction is undone and decided anew. */
function must(changed: boolean): void {
  if (!changed) throw new CheckoutError('state_conflict', 'The payment changed at this moment.')
}

const payResultOf = (order: Order, id: string): PayResultMessage => ({
  id: messageId(id),
  messageType: MessageType.payResult,
  businessKey1: order.outBusinessId,
  businessKey2: order.orderType,
  businessKey3: null,
})

const reasonOf: Readonly<Record<Exclude<RefundCause, 'operator'>, string>> = {
  surplus: 'paid twice',
  late: 'paid after the order was closed',
}

function refundOf({ order, payRecord, numbers }: Facts, cause: Exclude<RefundCause, 'operator'>): Refund {
  return {
    id: refundId(numbers.refund),
    // One surplus refund for each attempt, whatever happens: the attempt's own number names it.
    outRequestNo: `${payRecord.payNo}-${cause}`,
    orderId: order.id,
    payNo: payRecord.payNo,
    amount: payRecord.totalPrice,
    reason: reasonOf[cause],
    cause,
    status: 'pending',
    createDate: numbers.now,
    finishDate: null,
  }
}
