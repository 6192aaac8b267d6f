import type { CourseChoice } from '../../src/learning/domain/course-choice.js'
import { outBusinessId } from '../../src/shared/identifiers.js'
import { sampleGoods, sampleRequest } from '../contracts/sample-data.js'
import { type Action, anyOf } from './action.js'
import { buyers, courses, operator } from './shop.js'
import type { PageInHand } from './simulation-harness.js'
import type { World } from './world.js'

/** What buyers do: with our services, and with the gateway. */
export const buyerActions: readonly Action[] = [
  { name: 'choose', weight: 3, begin: choose },
  { name: 'order', weight: 4, ready: hasChoice, begin: (world) => order(world, 1) },
  { name: 'order twice at once', weight: 2, ready: hasChoice, begin: (world) => order(world, 2) },
  { name: 'open the page', weight: 8, ready: hasAttempt, begin: openPage },
  { name: 'log in', weight: 3, ready: hasPage, begin: logIn },
  { name: 'pay', weight: 8, ready: hasPage, begin: pay },
  { name: 'ask', weight: 5, ready: hasAttempt, begin: ask },
  { name: 'close', weight: 3, ready: hasAttempt, begin: close },
]

function hasChoice({ known }: World): boolean {
  return [...known.choices.values()].some(({ coursePrice }) => coursePrice > 0)
}

function hasAttempt({ known }: World): boolean {
  return known.attempts.size > 0
}

function hasPage({ known }: World): boolean {
  return known.pages.size > 0
}

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

function order(world: World, times: number): void {
  const choice = world.random.pickLate([...world.known.choices.values()])
  if (choice === undefined) return
  for (let time = 0; time < times; time += 1) {
    anyOf(world, world.orders).run(`${choice.userId} orders ${choice.id}`, async ({ service }) => {
      const payment = await service.createOrder(choice.userId, requestFor(choice))
      world.known.attempts.set(payment.payNo, payment)
    })
  }
}

const anyAttempt = ({ random, known }: World) => random.pickLate([...known.attempts.values()])

function openPage(world: World): void {
  const attempt = anyAttempt(world)
  if (attempt === undefined) return
  const { payNo, token } = attempt
  anyOf(world, world.orders).run(`opens the page of ${payNo}`, async ({ callbacks }) => {
    world.known.pages.set(payNo, { payNo, page: await callbacks.openPayPage({ token }) })
  })
}

/** The buyer does something at the gateway's page; a page that has run out says no. */
async function act(world: World, what: string, how: (hand: PageInHand) => Promise<void>): Promise<void> {
  const hand = world.random.pickLate([...world.known.pages.values()])
  if (hand === undefined) return
  const done = await how(hand).then(
    () => 'done',
    () => 'refused',
  )
  world.log.write(`buyer: ${what} ${hand.payNo} ${done}`)
}

function logIn(world: World): Promise<void> {
  return act(world, 'log in', (hand) => world.harness.gateway.login(hand))
}

function pay(world: World): Promise<void> {
  return act(world, 'pay', async (hand) => {
    await world.harness.gateway.pay(hand)
    world.known.paid.add(hand.payNo)
    const body = await world.harness.gateway.notification(hand.payNo, 'genuine')
    if (body === null || world.random.chance(world.lossRate)) world.known.lostNotices.add(hand.payNo)
    else world.known.notices.push({ payNo: hand.payNo, body, genuine: true })
  })
}

function ask(world: World): void {
  const attempt = anyAttempt(world)
  if (attempt === undefined) return
  const { payNo, userId } = attempt
  anyOf(world, world.orders).run(`asks for ${payNo}`, ({ service }) =>
    service.queryPayResult(payNo, { userId, operator: false }),
  )
}

function close(world: World): void {
  const attempt = anyAttempt(world)
  if (attempt === undefined) return
  const { orderId, userId } = attempt
  const actor = world.random.chance(0.5) ? operator : { userId, operator: false }
  anyOf(world, world.orders).run(`closes order ${orderId}`, ({ service }) => service.closeOrder(orderId, actor))
}
