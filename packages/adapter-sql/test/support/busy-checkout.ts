import {
  type CourseChoice,
  courseId,
  createCheckout,
  fen,
  OrderStatus,
  OrderType,
  outBusinessId,
  type PayRecord,
  systemClock,
  systemPayTokens,
  systemScheduler,
  type UserId,
  userId,
} from '@coursepay/core'
import { sampleRequest } from '@coursepay/core/contracts'
import { inMemoryBroker, inMemoryPaymentGateway } from '@coursepay/core/fakes'
import { expect } from 'vitest'
import type { Database } from '../../src/database.js'

const BUYERS = 48
const TIMES_NOTIFIED = 3
const PRICE = fen(9_900)
const course = { courseId: courseId('busy'), courseName: 'Java 高级', price: PRICE, validDays: 365 }
const [everyTwice, everyBack] = [3, 5]

const requestFor = ({ id }: CourseChoice) =>
  sampleRequest({ outBusinessId: outBusinessId(id), orderType: OrderType.course, totalPrice: PRICE })

/** The whole checkout on one database, with a gateway and a broker in memory. */
function checkoutOn(database: Database) {
  const gateway = inMemoryPaymentGateway({ clock: systemClock })
  const broker = inMemoryBroker(systemScheduler)
  const errors: unknown[] = []
  const shared = { clock: systemClock, ids: database.idGenerator }
  const checkout = createCheckout({
    orders: {
      ...{ ...shared, ...gateway, scheduler: systemScheduler, tokens: systemPayTokens, publisher: broker.publisher },
      stores: database.orderStores,
      unitOfWork: database.orderUnitOfWork,
      operations: database.operations,
      outboxInspection: database.outboxInspection,
      settings: {
        ...{ orderTimeToLiveMs: 1_800_000, latePolicy: 'refund', queryIntervalMs: 1_000, queriesPerSecond: 1_000 },
        payAddresses: { notifyUrl: 'https://shop.test/notify', returnUrl: null },
      },
      onWorkerError: (_, error) => errors.push(error),
    },
    learning: {
      ...{ ...shared, subscriber: broker.subscriber, queue: 'learning', catalogue: database.catalogue },
      stores: database.learningStores,
      unitOfWork: database.learningUnitOfWork,
    },
  })
  return { ...checkout, gateway, errors }
}

/**
 * Many buyers at once, each step of all of them in the same moment: the same order asked for twice, every third paid twice, every notification three
 * times, and some money given back while the courses are still being granted. Checks the books at the end.
 */
export async function buyAllAtOnce(database: Database): Promise<void> {
  await database.publishCourses([course])
  const { orders, learning, gateway, errors, start, stop } = checkoutOn(database)
  await start()
  const { service, door } = orders
  const buyers = Array.from({ length: BUYERS }, (_, number) => userId(`buyer-${number}`))
  const choose = async (user: UserId) => (await learning.service.chooseCourse(user, course.courseId)).choice
  const choices = await Promise.all(buyers.map(choose))
  const order = (choice: CourseChoice) => service.createOrder(choice.userId, requestFor(choice))
  const attempts = await Promise.all(choices.map((choice) => Promise.all([order(choice), order(choice)])))
  for (const [one, other] of attempts) expect([one.orderId, one.userId]).toEqual([other.orderId, other.userId])

  const paid = attempts.flatMap(([one, other], place) => (place % everyTwice === 0 ? [one, other] : [one]))
  await Promise.all(paid.map(({ token }) => door.openPayPage({ token })))
  for (const { payNo } of paid) gateway.buyer.pay(payNo)
  const notify = ({ payNo }: PayRecord) => door.receiveNotify(gateway.notify(payNo))
  const answers = await Promise.all(Array.from({ length: TIMES_NOTIFIED }, () => paid.map(notify)).flat())
  expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(['success']))
  const back = attempts.filter((_, place) => place % everyBack === 0).map(([{ orderId }]) => orderId)
  const operator = { userId: userId('operator'), operator: true }
  await Promise.all(
    back.map((id) => service.refundOrder(id, { amount: PRICE, reason: 'back', outRequestNo: `back-${id}` }, operator)),
  )

  const tableOf = async (user: UserId) => (await learning.service.myCourseTable(user, 1, 10)).total
  const wanted = attempts.map((_, place) => (place % everyBack === 0 ? 0 : 1))
  await expect.poll(() => Promise.all(buyers.map(tableOf)), { timeout: 20_000 }).toEqual(wanted)
  await expect.poll(() => database.outboxInspection.backlog()).toMatchObject({ waiting: 0, dead: 0 })
  const openRefunds = async () => {
    const views = await Promise.all(attempts.map(([{ orderId }]) => service.getOrder(orderId, operator)))
    return views.flatMap(({ refunds }) => refunds.filter(({ status }) => status !== 'succeeded'))
  }
  // Surplus money goes back by a worker, some seconds later.
  await expect.poll(openRefunds, { timeout: 30_000, interval: 200 }).toEqual([])
  for (const [place, [{ orderId }, second]] of attempts.entries()) {
    const [isTwice, isBack] = [place % everyTwice === 0, place % everyBack === 0]
    const view = await service.getOrder(orderId, operator)
    expect(view.order.status).toBe(isBack ? OrderStatus.refunded : OrderStatus.paid)
    expect(view.payRecords).toHaveLength(2)
    const refunded = view.refunds.filter(({ status }) => status === 'succeeded')
    expect(refunded.map(({ cause }) => cause).toSorted()).toEqual([
      ...(isBack ? ['operator'] : []),
      ...(isTwice ? ['surplus'] : []),
    ])
    const money = view.payRecords.map(({ payNo }) => gateway.moneyOf(payNo))
    const sum = (each: 'received' | 'refunded') => money.reduce((total, one) => total + one[each], 0)
    expect([sum('received'), sum('refunded')]).toEqual([PRICE * (isTwice ? 2 : 1), PRICE * refunded.length])
    expect(view.payRecords.some(({ payNo }) => payNo === second.payNo)).toBe(true)
  }
  expect(errors).toEqual([])
  await stop()
}
