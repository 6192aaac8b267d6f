import type { PayNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { PayStatus } from '../../src/shared/status-codes.js'
import { type Action, anyOf, withOneOf } from './action.js'
import type { Notice } from './knowledge.js'
import type { Life } from './port-calls.js'
import type { NotificationKind, PageInHand } from './simulation-harness.js'
import type { World } from './world.js'

const wrong: readonly NotificationKind[] = ['forged', 'wrong_amount', 'foreign_app']
const pages = ({ known }: World) => [...known.pages.values()]

/** What comes from the gateway, and from those who would like to be it. */
export const gatewayActions: readonly Action[] = [
  { name: 'deliver a notification', weight: 10, ...withOneOf(({ known }) => known.notices, deliver, 'pick') },
  {
    name: 'notify of a trade as it is',
    weight: 2,
    ...withOneOf(pages, (world, hand) => notify(world, hand, ['genuine']), 'pick'),
  },
  { name: 'notify wrongly', weight: 2, ...withOneOf(pages, (world, hand) => notify(world, hand, wrong), 'pick') },
  { name: 'refund in the console', weight: 1, ...withOneOf(({ known }) => [...known.paid], refundInConsole) },
  { name: 'hold refunds', weight: 1, begin: ({ harness, random }) => harness.gateway.holdRefunds(random.chance(0.5)) },
]

/** Also of a waiting trade, one closed and one refunded: bodies that look like a payment's and are none. */
async function notify(
  { random, known, harness }: World,
  { payNo }: PageInHand,
  kinds: readonly NotificationKind[],
): Promise<void> {
  const kind = random.pick(kinds) ?? 'genuine'
  const body = await harness.gateway.notification(payNo, kind)
  if (body !== null) known.notices.push({ payNo, body, genuine: kind === 'genuine' })
}

/** Somebody refunds a booked payment without our system; the notification may be lost. */
async function refundInConsole(world: World, payNo: PayNo): Promise<void> {
  const { random, known, harness, beside, log, lossRate } = world
  const order = await beside.orders.store.orders.find({ payNo })
  if (order?.payments.find((each) => each.payNo === payNo)?.receipt == null) return
  const amount = random.chance(0.4) ? order.totalPrice : fen(1 + random.below(order.totalPrice))
  const body = await harness.gateway.refundInConsole(payNo, amount)
  log.write(`console: refund ${amount} of ${payNo} ${body === null ? 'refused' : 'done'}`)
  if (body !== null && !random.chance(lossRate)) known.notices.push({ payNo, body, genuine: true })
}

/** The gateway comes again until it hears `success`; now and then it comes again all the same. */
function deliver(world: World, notice: Notice): void {
  deliverOnce(world, notice, world.random.chance(0.3))
}

export function deliverOnce(world: World, notice: Notice, again: boolean): void {
  const { known } = world
  anyOf(world, world.orders).run(`hears of ${notice.payNo}`, async ({ callbacks }) => {
    const { answer } = await callbacks.receiveNotify(notice.body)
    known.answered.push({ ...notice, answer })
    if (!again && (answer === 'success' || !notice.genuine))
      known.notices = known.notices.filter((each) => each !== notice)
    if (answer === 'success') await checkBooked(world, notice)
  })
}

/** Looks into the store beside every process: everybody waits meanwhile, however long a database takes. */
const observer: Life = { name: 'observer', alive: true, crash() {} }

/** `success` ends the matter for the gateway, so what it says must be booked at this moment. */
async function checkBooked(
  { violations, harness, beside, calls }: World,
  { payNo, body, genuine }: Notice,
): Promise<void> {
  if (!genuine) violations.push(`A notification of ${payNo} that is not for us was answered with success.`)
  const reading = await harness.gateway.notifyReader.read(body)
  if (reading.kind !== 'genuine') return
  const { tradeStatus, refundedAmount } = reading.evidence
  if (refundedAmount > 0 || (tradeStatus !== 'paid' && tradeStatus !== 'finished')) return
  const order = await calls.busy(observer, beside.orders.store.orders.find({ payNo }))
  const status = order?.payments.find((payment) => payment.payNo === payNo)?.status
  if (status === PayStatus.paid || status === PayStatus.refunded) return
  violations.push(`The payment ${payNo} was answered with success and is not booked.`)
}
