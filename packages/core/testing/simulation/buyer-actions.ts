import type { CourseChoice } from '../../src/learning/domain/course-choice.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import { outBusinessId } from '../../src/shared/identifiers.js'
import { sampleGoods, sampleRequest } from '../contracts/sample-data.js'
import { onRandomItem, pickProcess, type SimulationAction } from './action.js'
import { buyers, courses, operator } from './shop.js'
import type { OpenedPage } from './simulation-harness.js'
import type { World } from './world.js'

const paidChoices = ({ known }: World) => [...known.choices.values()].filter(({ coursePrice }) => coursePrice > 0)
const attempts = ({ known }: World) => [...known.payments.values()]
const pages = ({ known }: World) => [...known.pages.values()]

/** What buyers do: with our services, and with the gateway. */
export const buyerActions: readonly SimulationAction[] = [
  { name: 'choose', weight: 3, begin: chooseCourse },
  { name: 'order', weight: 4, ...onRandomItem(paidChoices, createOrder) },
  { name: 'order twice at once', weight: 2, ...onRandomItem(paidChoices, createOrderTwice) },
  { name: 'open the page', weight: 8, ...onRandomItem(attempts, openPage) },
  { name: 'log in', weight: 3, ...onRandomItem(pages, logIn) },
  { name: 'pay', weight: 8, ...onRandomItem(pages, pay) },
  { name: 'ask', weight: 5, ...onRandomItem(attempts, queryPayResult) },
  { name: 'close', weight: 3, ...onRandomItem(attempts, closeOrder) },
]

function chooseCourse(world: World): void {
  const [userId, course] = [world.random.pick(buyers.slice(0, world.buyerCount)), world.random.pickMostlyLate(courses)]
  if (userId === undefined || course === undefined) return
  pickProcess(world, world.learning).run(`${userId} chooses ${course.courseId}`, async ({ service }) => {
    const { choice } = await service.chooseCourse(userId, course.courseId)
    world.known.choices.set(choice.id, choice)
  })
}

const orderRequestForChoice = ({ id, coursePrice, courseName }: CourseChoice) =>
  sampleRequest({
    outBusinessId: outBusinessId(id),
    totalPrice: coursePrice,
    orderName: courseName,
    goods: [sampleGoods({ goodsPrice: coursePrice })],
  })

function createOrder(world: World, choice: CourseChoice): void {
  pickProcess(world, world.orders).run(`${choice.userId} orders ${choice.id}`, async ({ service }) => {
    const payment = await service.createOrder(choice.userId, orderRequestForChoice(choice))
    world.known.payments.set(payment.payNo, payment)
  })
}

function createOrderTwice(world: World, choice: CourseChoice): void {
  for (const _time of ['first', 'second']) createOrder(world, choice)
}

function openPage(world: World, { payNo, token }: Payment): void {
  pickProcess(world, world.orders).run(`opens the page of ${payNo}`, async ({ callbacks }) => {
    world.known.pages.set(payNo, { payNo, page: await callbacks.openPayPage({ token }) })
  })
}

/** The buyer does something at the gateway's page; a page that has run out says no. */
async function actOnPage({ log }: World, what: string, { payNo }: OpenedPage, done: Promise<void>): Promise<void> {
  const outcome = await done.then(
    () => 'done',
    () => 'refused',
  )
  log.write(`buyer: ${what} ${payNo} ${outcome}`)
}

function logIn(world: World, openedPage: OpenedPage): Promise<void> {
  return actOnPage(world, 'log in', openedPage, world.harness.gateway.login(openedPage))
}

function pay(world: World, openedPage: OpenedPage): Promise<void> {
  return actOnPage(world, 'pay', openedPage, payAndNotify(world, openedPage))
}

async function payAndNotify(
  { harness, known, random, notificationLossRate }: World,
  openedPage: OpenedPage,
): Promise<void> {
  const { payNo } = openedPage
  await harness.gateway.pay(openedPage)
  known.paidPayNos.add(payNo)
  const body = await harness.gateway.notification(payNo, 'genuine')
  if (body === null || random.chance(notificationLossRate)) known.lostNotifications.add(payNo)
  else known.unansweredNotifications.push({ payNo, body, genuine: true })
}

function queryPayResult(world: World, { payNo, userId }: Payment): void {
  pickProcess(world, world.orders).run(`asks for ${payNo}`, ({ service }) =>
    service.queryPayResult(payNo, { userId, operator: false }),
  )
}

function closeOrder(world: World, { orderId, userId }: Payment): void {
  const actor = world.random.chance(0.5) ? operator : { userId, operator: false }
  pickProcess(world, world.orders).run(`closes order ${orderId}`, ({ service }) => service.closeOrder(orderId, actor))
}
