import { describe, expect, it } from 'vitest'
import { LearnStatus, OrderStatus } from '../src/index.js'
import { type InMemoryCheckout, inMemoryCheckout } from '../testing/fakes/index.js'
import { recordingTracer } from './recording-tracer.js'
import { as, li, paidCourse, requestFor, zhang } from './shop.js'

async function openTraced() {
  const { tracer, spans } = recordingTracer()
  const checkout = await inMemoryCheckout({ courses: [paidCourse], tracer })
  const { choice } = await checkout.learning.service.chooseCourse(zhang, paidCourse.courseId)
  const payment = await checkout.orders.service.createOrder(zhang, checkout.orderRequestForChoice(choice))
  await checkout.pay(payment)
  spans.length = 0
  return { checkout, payment, tracer, spans }
}

const newOrder = async ({ learning, orderRequestForChoice: orderFor }: InMemoryCheckout, user = zhang) =>
  orderFor((await learning.service.chooseCourse(user, paidCourse.courseId)).choice)

const waysOf = (spans: readonly { readonly name: string; readonly parent: string | null }[]) =>
  spans.map(({ name, parent }) => `${parent ?? '-'} > ${name}`).sort()

describe('the trace of a purchase', () => {
  it('goes from the request over the outbox and the broker to the grant', async () => {
    const { checkout, payment, tracer, spans } = await openTraced()
    await tracer.trace('request', { kind: 'server', attributes: {} }, () => checkout.notify(payment))
    await checkout.advance(0)
    expect(waysOf(spans)).toEqual([
      '- > request',
      'commit order > relay message',
      'process message > commit entitlement',
      'relay message > send message',
      'request > commit order',
      'send message > process message',
    ])
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(1)
    expect((await checkout.learning.service.learnStatus(zhang, paidCourse.courseId)).learnStatus).toBe(
      LearnStatus.mayLearn,
    )
  })

  it('begins with the query when a worker finds the payment', async () => {
    const { checkout, spans } = await openTraced()
    await checkout.advance(10_000)
    const [trace] = spans.filter(({ name }) => name === 'commit entitlement').map((span) => span.trace)
    expect(waysOf(spans.filter((span) => span.trace === trace))).toEqual([
      '- > query payment',
      'commit order > relay message',
      'process message > commit entitlement',
      'query payment > commit order',
      'query payment > gateway query',
      'relay message > send message',
      'send message > process message',
    ])
  })

  it('names the order and the payment in every span that knows them', async () => {
    const { checkout, payment, spans } = await openTraced()
    await checkout.notify(payment)
    await checkout.advance(0)
    const { payNo, orderId } = payment
    const kinds = { 'commit order': 'client', 'relay message': 'internal' }
    for (const [name, kind] of Object.entries({
      ...kinds,
      'send message': 'producer',
      'process message': 'consumer',
    })) {
      const span = spans.find((each) => each.name === name)
      expect(span?.kind, name).toBe(kind)
      expect(span?.attributes, name).toMatchObject({ 'coursepay.order_id': orderId, 'coursepay.pay_no': payNo })
    }
  })

  it('marks the span of what failed, and the next try is another span of the trace', async () => {
    const { checkout, payment, spans } = await openTraced()
    checkout.learningStore.faults.breakDown()
    await checkout.notify(payment)
    await checkout.advance(0)
    checkout.learningStore.faults.recover()
    await checkout.advance(2_000)
    const processed = spans.filter(({ name }) => name === 'process message')
    expect(processed.map(({ failed }) => failed)).toEqual([true, false])
    expect(new Set(processed.map(({ trace }) => trace)).size).toBe(1)
  })

  it('has a span for each call of the gateway, with its payment and its answer', async () => {
    const { checkout, payment, spans } = await openTraced()
    await checkout.notify(payment)
    await checkout.refund(payment)
    await checkout.advance(0)
    const second = await checkout.orders.service.createOrder(zhang, await newOrder(checkout))
    await checkout.orders.callbacks.openPayPage({ token: second.token })
    checkout.gateway.buyer.login(second.payNo)
    await checkout.orders.service.closeOrder(second.orderId, as(zhang))
    const calls = spans.filter(({ name }) => name.startsWith('gateway'))
    expect(
      calls.map(({ name, parent, kind, attributes }) => [
        ...[name, parent, kind, attributes['coursepay.pay_no'], attributes['coursepay.answer']],
      ]),
    ).toEqual([
      ['gateway refund query', 'process refund', 'client', payment.payNo, 'absent'],
      ['gateway refund', 'process refund', 'client', payment.payNo, 'succeeded'],
      ['gateway pay page', null, 'client', second.payNo, undefined],
      ['gateway query', 'query payment', 'client', second.payNo, 'evidence'],
      ['gateway close', 'close payment', 'client', second.payNo, 'closed'],
    ])
    for (const name of ['process refund', 'query payment', 'close payment']) {
      const { attributes } = spans.find((span) => span.name === name) ?? {}
      expect(attributes, name).toMatchObject({ 'coursepay.pay_no': expect.stringMatching(/^\d+$/) })
    }
    expect(checkout.gateway.moneyOf(payment.payNo).refunded).toBe(9_900)
  })

  it('says of each commit what became of it, and which payment it is about', async () => {
    const { checkout, payment, spans } = await openTraced()
    const { service } = checkout.orders
    const { outBusinessId } = await service.getOrder(payment.orderId, as(zhang))
    checkout.orderStore.faults.conflictOnce()
    const creating = service.createOrder(zhang, requestFor(outBusinessId))
    await checkout.advance(10)
    const second = await creating
    const third = await service.createOrder(zhang, requestFor(outBusinessId))
    await checkout.pay(second)
    for (const each of [payment, second]) await checkout.notify(each)
    const other = await service.createOrder(li, await newOrder(checkout, li))
    const commits = spans.filter(({ name }) => name === 'commit order')
    expect(
      commits.map(({ kind, attributes }) => [
        ...[kind, attributes['coursepay.outcome'], attributes['coursepay.pay_no']],
      ]),
    ).toEqual([
      ['client', 'conflict', second.payNo],
      ['client', 'committed', second.payNo],
      ['client', 'committed', third.payNo],
      ['client', 'committed', payment.payNo],
      ['client', 'committed', second.payNo],
      ['client', 'committed', other.payNo],
    ])
  })

  it('says of each message what the broker answered', async () => {
    const { checkout, payment, spans } = await openTraced()
    checkout.broker.answer('refuse')
    await checkout.notify(payment)
    await checkout.advance(0)
    const sent = spans.filter(({ name }) => name === 'send message')
    expect(sent.map(({ attributes }) => attributes['coursepay.outcome'])).toEqual(['refused'])
  })

  it('changes nothing: overdue orders are closed, and operators see them', async () => {
    const { checkout } = await openTraced()
    const second = await checkout.orders.service.createOrder(li, await newOrder(checkout, li))
    checkout.clock.set(second.expireDate + 1)
    expect((await checkout.orders.views.stuck()).overdueOrders.map(({ id }) => id)).toContain(second.orderId)
    await checkout.advance(10_000)
    expect(await checkout.orders.service.getOrder(second.orderId, as(li))).toMatchObject({ status: OrderStatus.closed })
    expect(checkout.workerErrors).toEqual([])
  })

  it('never holds a pay token', async () => {
    const { checkout, payment, spans } = await openTraced()
    await checkout.orders.callbacks.openPayPage({ token: payment.token })
    await checkout.notify(payment)
    await checkout.advance(0)
    expect(spans.map(({ name }) => name)).toContain('gateway pay page')
    expect(JSON.stringify(spans)).not.toContain(payment.token)
  })
})

describe('without a tracer', () => {
  it('a message carries no traceparent', async () => {
    const checkout = await inMemoryCheckout({ courses: [paidCourse] })
    checkout.broker.answer('refuse')
    const { choice } = await checkout.learning.service.chooseCourse(zhang, paidCourse.courseId)
    const payment = await checkout.orders.service.createOrder(zhang, checkout.orderRequestForChoice(choice))
    await checkout.pay(payment)
    await checkout.notify(payment)
    const [row] = checkout.orderStore.rows.outbox.values()
    expect(row?.message.payNo).toBe(payment.payNo)
    expect(row?.message.traceparent).toBeUndefined()
  })
})
