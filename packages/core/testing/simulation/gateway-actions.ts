import { fen } from '../../src/shared/money.js'
import { PayStatus } from '../../src/shared/status-codes.js'
import { type Action, anyOf } from './action.js'
import type { Notice } from './knowledge.js'
import type { Life } from './port-calls.js'
import type { NotificationKind } from './simulation-harness.js'
import type { World } from './world.js'

/** What comes from the gateway, and from those who would like to be it. */
export const gatewayActions: readonly Action[] = [
  { name: 'deliver a notification', weight: 10, ready: ({ known }) => known.notices.length > 0, begin: deliver },
  { name: 'notify of a trade as it is', weight: 2, ready: hasPage, begin: (world) => notify(world, ['genuine']) },
  { name: 'notify wrongly', weight: 2, ready: hasPage, begin: (world) => notify(world, wrong) },
  { name: 'refund in the console', weight: 1, ready: ({ known }) => known.paid.size > 0, begin: refundInConsole },
  { name: 'hold refunds', weight: 1, begin: ({ harness, random }) => harness.gateway.holdRefunds(random.chance(0.5)) },
]

const wrong: readonly NotificationKind[] = ['forged', 'wrong_amount', 'foreign_app']

function hasPage({ known }: World): boolean {
  return known.pages.size > 0
}

/** Also of a waiting trade, one closed and one refunded: bodies that look like a payment's and are none. */
async function notify(world: World, kinds: readonly NotificationKind[]): Promise<void> {
  const { random, known, harness } = world
  const [hand, kind] = [random.pick([...known.pages.values()]), random.pick(kinds)]
  if (hand === undefined || kind === undefined) return
  const body = await harness.gateway.notification(hand.payNo, kind)
  if (body !== null) known.notices.push({ payNo: hand.payNo, body, genuine: kind === 'genuine' })
}

/** Somebody refunds a booked payment without our system; the notification may be lost. */
async function refundInConsole({ random, known, harness, beside, log, lossRate }: World): Promise<void> {
  const payNo = random.pickLate([...known.paid])
  const payment = payNo === undefined ? undefined : known.attempts.get(payNo)
  if (payNo === undefined || payment === undefined) return
  const order = await beside.orders.store.orders.find({ payNo })
  if (order?.payments.find((each) => each.payNo === payNo)?.receipt == null) return
  const amount = random.chance(0.4) ? payment.totalPrice : fen(1 + random.below(payment.totalPrice))
  const body = await harness.gateway.refundInConsole(payNo, amount)
  log.write(`console: refund ${amount} of ${payNo} ${body === null ? 'refused' : 'done'}`)
  if (body !== null && !random.chance(lossRate)) known.notices.push({ payNo, body, genuine: true })
}

/** The gateway comes again until it hears `success`; now and then it comes again all the same. */
function deliver(world: World): void {
  const notice = world.random.pick(world.known.notices)
  if (notice === undefined) return
  const again = world.random.chance(0.3)
  deliverOnce(world, notice, again)
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
