import type { PayNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { PayStatus } from '../../src/shared/status-codes.js'
import { onRandomItem, pickProcess, type SimulationAction } from './action.js'
import type { SentNotification } from './knowledge.js'
import type { ProcessLife } from './port-calls.js'
import type { NotificationKind, OpenedPage } from './simulation-harness.js'
import type { World } from './world.js'

const invalidKinds: readonly NotificationKind[] = ['forged', 'wrong_amount', 'foreign_app']
const pages = ({ known }: World) => [...known.pages.values()]

/** What comes from the gateway, and from those who would like to be it. */
export const gatewayActions: readonly SimulationAction[] = [
  {
    name: 'deliver a notification',
    weight: 10,
    // The gateway comes again until it hears `success`; now and then it comes again all the same.
    ...onRandomItem(
      ({ known }) => known.unansweredNotifications,
      (world, notification) => callNotifyEndpoint(world, notification, world.random.chance(0.3)),
      'pick',
    ),
  },
  {
    name: 'notify of a trade as it is',
    weight: 2,
    ...onRandomItem(pages, (world, openedPage) => addNotification(world, openedPage, ['genuine']), 'pick'),
  },
  {
    name: 'notify wrongly',
    weight: 2,
    ...onRandomItem(pages, (world, openedPage) => addNotification(world, openedPage, invalidKinds), 'pick'),
  },
  { name: 'refund in the console', weight: 1, ...onRandomItem(({ known }) => [...known.paidPayNos], refundInConsole) },
  { name: 'hold refunds', weight: 1, begin: ({ harness, random }) => harness.gateway.holdRefunds(random.chance(0.5)) },
]

/** Also of a waiting trade, one closed and one refunded: bodies that look like a payment's and are none. */
async function addNotification(
  { random, known, harness }: World,
  { payNo }: OpenedPage,
  kinds: readonly NotificationKind[],
): Promise<void> {
  const kind = random.pick(kinds) ?? 'genuine'
  const body = await harness.gateway.notification(payNo, kind)
  if (body !== null) known.unansweredNotifications.push({ payNo, body, genuine: kind === 'genuine' })
}

/** Somebody refunds a booked payment without our system; the notification may be lost. */
async function refundInConsole(world: World, payNo: PayNo): Promise<void> {
  const { random, known, harness, directStores, log, notificationLossRate } = world
  const order = await directStores.orders.store.orders.find({ payNo })
  if (order?.payments.find((each) => each.payNo === payNo)?.receipt == null) return
  const amount = random.chance(0.4) ? order.totalPrice : fen(1 + random.integerBelow(order.totalPrice))
  const body = await harness.gateway.refundInConsole(payNo, amount)
  log.write(`console: refund ${amount} of ${payNo} ${body === null ? 'refused' : 'done'}`)
  if (body !== null && !random.chance(notificationLossRate))
    known.unansweredNotifications.push({ payNo, body, genuine: true })
}

export function callNotifyEndpoint(world: World, notification: SentNotification, keepForRetry: boolean): void {
  const { known } = world
  pickProcess(world, world.orders).run(`hears of ${notification.payNo}`, async ({ callbacks }) => {
    const { answer } = await callbacks.receiveNotify(notification.body)
    known.answeredNotifications.push({ ...notification, answer })
    if (!keepForRetry && (answer === 'success' || !notification.genuine))
      known.unansweredNotifications = known.unansweredNotifications.filter((each) => each !== notification)
    if (answer === 'success') await checkBooked(world, notification)
  })
}

/** Looks into the store beside every process: everybody waits meanwhile, however long a database takes. */
const observerLife: ProcessLife = { name: 'observer', alive: true, crash() {} }

/** `success` ends the matter for the gateway, so what it says must be booked at this moment. */
async function checkBooked(
  { violations, harness, directStores, calls }: World,
  { payNo, body, genuine }: SentNotification,
): Promise<void> {
  if (!genuine) violations.push(`A notification of ${payNo} that is not for us was answered with success.`)
  const reading = await harness.gateway.notifyReader.read(body)
  if (reading.kind !== 'genuine') return
  const { tradeStatus, refundedAmount } = reading.evidence
  if (refundedAmount > 0 || (tradeStatus !== 'paid' && tradeStatus !== 'finished')) return
  const order = await calls.blockOthers(observerLife, directStores.orders.store.orders.find({ payNo }))
  const status = order?.payments.find((payment) => payment.payNo === payNo)?.status
  if (status === PayStatus.paid || status === PayStatus.refunded) return
  violations.push(`The payment ${payNo} was answered with success and is not booked.`)
}
