import { expect, it } from 'vitest'
import { codeOf, freeCourse, li, openShop, operator, paidCourse, zhang } from '../../../test/shop.js'
import { OrderType, outBusinessId } from '../../index.js'

it('the offer of a choice has the course as its name and its one line of goods', async () => {
  const shop = await openShop()
  const { id } = await shop.choose()
  const { courseId, courseName, price } = paidCourse
  const line = {
    goodsId: courseId,
    goodsType: OrderType.course,
    goodsName: courseName,
    goodsPrice: price,
    goodsDetail: '',
  }
  expect(await shop.checkout.learning.prices.offerOf({ outBusinessId: outBusinessId(id), userId: zhang })).toEqual({
    ...{ price, orderName: courseName, goods: [line] },
  })
})

it('a choice whose order was refunded is not called paid when it is ordered again', async () => {
  const shop = await openShop()
  const payment = await shop.buy()
  await shop.advance(0)
  expect(await codeOf(shop.orderAgain(payment))).toBe('order_already_paid')
  const whole = { amount: null, reason: 'x', outRequestNo: null }
  await shop.service.refundOrder(payment.orderId, whole, operator)
  await shop.advance(0)
  expect(await codeOf(shop.orderAgain(payment))).toBe('order_already_refunded')
})

it('a choice of a withdrawn course, and a revoked one, are outdated', async () => {
  const shop = await openShop()
  const { id } = await shop.choose()
  const offer = () => codeOf(shop.checkout.learning.prices.offerOf({ outBusinessId: outBusinessId(id), userId: zhang }))
  shop.learningStore.withdraw(paidCourse.courseId)
  expect(await offer()).toBe('choice_outdated')
  const request = { outBusinessId: outBusinessId(id), userId: zhang }
  await expect(shop.checkout.learning.prices.offerOf(request)).rejects.toThrow('not on sale any more')
  shop.learningStore.publish(paidCourse)
  expect(await offer()).toBe('no error')
  await shop.learning.receivePayResult({
    ...{ id: '7' as never, messageType: 'refundresult_notify', businessKey1: outBusinessId(id) },
    ...{ businessKey2: OrderType.course, businessKey3: null },
  })
  expect(await offer()).toBe('choice_outdated')
})

it('what cannot be ordered is refused, and the sentence says what to do', async () => {
  const shop = await openShop()
  const refusalOf = (id: string, userId = zhang) =>
    shop.checkout.learning.prices.offerOf({ outBusinessId: outBusinessId(id), userId }).then(
      () => 'an offer',
      ({ code, message }) => `${code}: ${message}`,
    )
  const { id } = await shop.choose()
  const free = await shop.choose(zhang, freeCourse)
  for (const unknown of ['4711', 'webinar-7']) expect(await refusalOf(unknown)).toMatch(/^choice_not_found: .*again/)
  expect(await refusalOf(id, li)).toMatch(/^not_yours: .*another user/)
  expect(await refusalOf(free.id)).toMatch(/^nothing_to_pay: .*free/)
  const payment = await shop.order()
  await shop.pay(payment)
  await shop.notify(payment)
  await shop.advance(0)
  expect(await refusalOf(id)).toMatch(/^order_already_paid: .*paid already/)
  await shop.service.refundOrder(payment.orderId, { amount: null, reason: 'x', outRequestNo: null }, operator)
  await shop.advance(0)
  expect(await refusalOf(id)).toMatch(/^order_already_refunded: .*Choose the course again/)
  const next = await shop.choose()
  shop.learningStore.publish({ ...paidCourse, validDays: 30 })
  expect(await refusalOf(next.id)).toMatch(/^choice_outdated: .*Choose it again/)
})
