import type { Course } from '../../src/learning/domain/course.js'
import type { LearningStore } from '../../src/learning/ports/learning-store.js'
import type { BillSource } from '../../src/orders/ports/bill-source.js'
import type { NotifyReader } from '../../src/orders/ports/notify-reader.js'
import type { OrderStore } from '../../src/orders/ports/order-store.js'
import type { PaymentGateway, PayPage } from '../../src/orders/ports/payment-gateway.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import type { Fen } from '../../src/shared/money.js'
import type { PayResultMessage, ReceivedPayResultMessage } from '../../src/shared/pay-result-message.js'
import type { Clock } from '../../src/shared/ports/clock.js'
import type { MessagePublisher } from '../../src/shared/ports/message-publisher.js'
import type { Harness } from '../contracts/define-contract.js'

/** What one process of a service has of its store. Two of them work on one store. */
export interface OpenedStore<Store> {
  readonly store: Store
  /** The process is gone at this moment: nothing is drained, and what is not committed is taken back. Must not wait. */
  crash(): void
}

/** A page as the buyer's browser has it. */
export interface OpenedPage {
  readonly payNo: PayNo
  readonly page: PayPage
}

/**
 * `wrong_amount` and `foreign_app` are signed by the gateway, and meant for somebody else. All but `genuine` say that
 * it was paid.
 */
export type NotificationKind = 'genuine' | 'forged' | 'wrong_amount' | 'foreign_app'

/** A payment service with its buyers, on the world's own clock. It never crashes; its faults are the simulator's. */
export interface SimulatedGateway {
  readonly gateway: PaymentGateway
  readonly notifyReader: NotifyReader
  readonly bills: BillSource
  /** The buyer signs in, or pays. Rejects when the gateway does not let the buyer. */
  login(openedPage: OpenedPage): Promise<void>
  pay(openedPage: OpenedPage): Promise<void>
  /** The bytes of a notification about the trade as it is now; null while there is no trade. */
  notification(payNo: PayNo, kind: NotificationKind): Promise<Uint8Array | null>
  /** While held, a refund is taken but its money does not move. */
  holdRefunds(hold: boolean): Promise<void>
  /** A person refunds in the gateway's console: the bytes of the notification; null when the gateway says no. */
  refundInConsole(payNo: PayNo, amount: Fen): Promise<Uint8Array | null>
  /** Money that moved, in fen, as the gateway's own ledger has it. */
  moneyOf(payNo: PayNo): Promise<{ readonly received: number; readonly refunded: number }>
}

/** One message in a reader's hands. Exactly one of the three ends it. */
export interface SimulatedDelivery {
  readonly message: ReceivedPayResultMessage
  acknowledge(): void
  /** Retried; a dead letter with this reason after the third try. */
  fail(reason: string): void
  /** The reader is gone: the message goes to the next one. */
  requeue(): void
}

/** The broker with the learning centre's queue. It never crashes; its faults are the simulator's. */
export interface SimulatedBroker {
  readonly publisher: MessagePublisher
  /** How many messages wait in the queue. */
  waiting(): number
  /** Hands out the message at this index of the queue (0 is the oldest); null when there is none. */
  take(index: number): SimulatedDelivery | null
  deadLetters(): readonly string[]
  /** An operator redrives all dead letters. */
  redrive(): void
  /** Every message that was ever stored, each time it was. */
  stored(): readonly PayResultMessage[]
}

/**
 * What our code runs on. The simulator brings faults, crashes and time; `open…` is called at the start and after each
 * crash.
 */
export interface SimulationHarness extends Harness {
  /** A new price in the catalogue. */
  publish(course: Course): Promise<void>
  openOrders(clock: Clock): Promise<OpenedStore<OrderStore>>
  openLearning(clock: Clock): Promise<OpenedStore<LearningStore>>
  readonly gateway: SimulatedGateway
  readonly broker: SimulatedBroker
}

/** Makes an empty world. `clock`: the world's own time; `courses` are to be published. */
export type MakeSimulationHarness = (given: {
  readonly clock: Clock
  readonly courses: readonly Course[]
}) => Promise<SimulationHarness>
