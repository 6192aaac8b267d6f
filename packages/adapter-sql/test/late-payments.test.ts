import { type LatePaymentPolicy, OrderStatus, outBusinessId } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { sampleRequest, sampleUserId } from '@coursepay/core/contracts'
import { inMemoryPaymentGateway } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { payAt, startProcess } from './support/order-process.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const operator = { userId: sampleUserId, operator: true }

function describeLatePayments(urlOf: () => string): void {
  let orders = 0
  /** Two processes hear of the money of a closed order, sixteen times at once. */
  async function payLate(latePolicy: LatePaymentPolicy) {
    const fake = inMemoryPaymentGateway({ clock: systemClock })
    const url = urlOf()
    const [one, other] = [await startProcess(url, fake, latePolicy), await startProcess(url, fake, latePolicy)]
    orders += 1
    const request = sampleRequest({ outBusinessId: outBusinessId(`late-${orders}`) })
    const { payNo, orderId } = await one.service.createOrder(sampleUserId, request)
    await one.service.closeOrder(orderId, operator)
    await payAt(fake, one, payNo)
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, copy) => (copy % 2 ? one : other).callbacks.receiveNotify(fake.notify(payNo))),
    )
    expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(['success']))
    const { orderStore } = one.store
    const statesNow = async () => {
      const order = await orderStore.orders.find({ id: orderId })
      return [order?.status, order?.payments.map(({ receipt }) => receipt), order?.refunds.length]
    }
    return { one, other, payNo, orderStore, statesNow, verdicts: answers.map(({ verdict }) => verdict) }
  }

  it.each<[LatePaymentPolicy, string, readonly unknown[]]>([
    ['fulfil', 'booked', [OrderStatus.paid, ['booked'], 0]],
    ['refund', 'late', [OrderStatus.closed, ['late'], 1]],
    ['hold', 'held', [OrderStatus.closed, ['held'], 0]],
  ])('follows the policy once, and leaves one entry of it in the journal: %s', async (policy, verdict, states) => {
    const { payNo, orderStore, statesNow, verdicts } = await payLate(policy)
    expect(verdicts.filter((each) => each === verdict)).toHaveLength(1)
    expect(await statesNow()).toEqual(states)
    const entries = await orderStore.journal.listOf(payNo)
    expect(entries.filter((entry) => entry.verdict === verdict)).toHaveLength(1)
  })

  it('that is held is decided once when two operators decide against each other in two processes', async () => {
    const { one, other, payNo, orderStore, statesNow } = await payLate('hold')
    const decisions = [
      one.operator.resolveHeldPayment(payNo, 'fulfil', 'call', operator),
      other.operator.resolveHeldPayment(payNo, 'refund', 'call', operator),
    ]
    const [fulfilled, refunded] = await Promise.allSettled(decisions)
    const isFulfilled = fulfilled?.status === 'fulfilled'
    expect(isFulfilled ? refunded : fulfilled).toMatchObject({ reason: { code: 'payment_not_held' } })
    expect(await statesNow()).toEqual(
      isFulfilled ? [OrderStatus.paid, ['booked'], 0] : [OrderStatus.closed, ['late'], 1],
    )
    expect(await orderStore.operatorLog.listOf(payNo, 10)).toMatchObject([
      { detail: isFulfilled ? 'fulfil' : 'refund' },
    ])
  })
}

describe('money for a closed order on SQLite', () => {
  describeLatePayments(() => `sqlite:${temporaryDatabaseFile()}`)
})

describeOnMysql('money for a closed order on MySQL', () => {
  const test = mysqlTestDatabase()
  describeLatePayments(() => test.url())
})
