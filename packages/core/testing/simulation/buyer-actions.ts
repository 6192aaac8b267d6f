import type { CourseChoice } from '../../src/learning/domain/course-choice.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import { outBusinessId } from '../../src/shared/identifiers.js'
import { sampleGoods, sampleRequest } from '../contracts/sample-data.js'
import { type Action, anyOf, withOneOf } from './action.js'
import { buyers, courses, operator } from './shop.js'
import type { PageInHand } from './simulation-harness.js'
import type { World } from './world.js'

const choicesToPay = ({ known }: World) => [...known.choices.values()].filter(({ coursePrice }) => coursePrice > 0)
const attempts = ({ known }: World) => [...known.attempts.values()]
const pages = ({ known }: World) => [...known.pages.values()]

/** What buyers do: with our services, and with the gateway. */
export const buyerActions: readonly Action[] = [
  { name: 'choose', weight: 3, begin: choose },
  { name: 'order', weight: 4, ...withOneOf(choicesToPay, order) },
  { name: 'order twice at once', weight: 2, ...withOneOf(choicesToPay, orderTwice) },
  { name: 'open the page', weight: 8, ...withOneOf(attempts, openPage) },
  { name: 'log in', weight: 3, ...withOneOf(pages, logIn) },
  { name: 'pay', weight: 8, ...withOneOf(pages, pay) },
  { name: 'ask', weight: 5, ...withOneOf(attempts, ask) },
  { name: 'close', weight: 3, ...withOneOf(attempts, close) },
]

function choose(world: World): void {
  const [userId, course] = [world.random.pick(buyers.slice(0, world.crowd)), world.random.pickLate(courses)]
  if (userId === undefined || course === undefined) return
  anyOf(world, world.learning).run(`${userId} chooses ${course.courseId}`, async ({ service }) => {
    const { choice } = await service.chooseCourse(userId, course.courseId)
    world.known.choices.set(choice.id, choice)
  })
}

const requestFor = ({ id, coursePrice, courseName }: CourseChoice) =>
  sampleRequest({
    outBusinessId: outBusinessId(id),
    totalPrice: coursePrice,
    orderName: courseName,
    goods: [sampleGoods({ goodsPrice: coursePrice })],
  })

function order(world: World, choice: CourseChoice): void {
  anyOf(world, world.orders).run(`${choice.userId} orders ${choice.id}`, async ({ service }) => {
    const payment = await service.createOrder(choice.userId, requestFor(choice))
    world.known.attempts.set(payment.payNo, payment)
  })
}

function orderTwice(world: World, choice: CourseChoice): void {
  for (const _time of ['first', 'second']) order(world, choice)
}

function openPage(world: World, { payNo, token }: Payment): void {
  anyOf(world, world.orders).run(`opens the page of ${payNo}`, async ({ callbacks }) => {
    world.known.pages.set(payNo, { payNo, page: await callbacks.openPayPage({ token }) })
  })
}

/** The buyer does something at the gateway's page; a page that has run out says no. */
async function act({ log }: World, what: string, { payNo }: PageInHand, done: Promise<void>): Promise<void> {
  const outcome = await done.then(
    () => 'done',
    () => 'refused',
  )
  log.write(`buyer: ${what} ${payNo} ${outcome}`)
}

function logIn(world: World, hand: PageInHand): Promise<void> {
  return act(world, 'log in', hand, world.harness.gateway.login(hand))
}

function pay(world: World, hand: PageInHand): Promise<void> {
  return act(world, 'pay', hand, payAndNotify(world, hand))
}

async function payAndNotify({ harness, known, random, lossRate }: World, hand: PageInHand): Promise<void> {
  const { payNo } = hand
  await harness.gateway.pay(hand)
  known.paid.add(payNo)
  const body = await harness.gateway.notification(payNo, 'genuine')
  if (body === null || random.chance(lossRate)) known.lostNotices.add(payNo)
  else known.notices.push({ payNo, body, genuine: true })
}

function ask(world: World, { payNo, userId }: Payment): void {
  anyOf(world, world.orders).run(`asks for ${payNo}`, ({ service }) =>
    service.queryPayResult(payNo, { userId, operator: false }),
  )
}

function close(world: World, { orderId, userId }: Payment): void {
  const actor = world.random.chance(0.5) ? operator : { userId, operator: false }
  anyOf(world, world.orders).run(`closes order ${orderId}`, ({ service }) => service.closeOrder(orderId, actor))
}
