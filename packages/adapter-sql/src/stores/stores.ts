import type { LearningStores, OrderStores, UnitOfWork } from '@coursepay/core'
import type { SqlSession } from '../sql/session.js'
import { buyerOrders } from './buyer-orders.js'
import { chooseCourseRepository } from './choose-course-repository.js'
import { courseTableRepository } from './course-table-repository.js'
import { evidenceJournal } from './evidence-journal.js'
import { handledMessages } from './handled-messages.js'
import { orderRepository } from './order-repository.js'
import { outbox } from './outbox.js'
import { payRecordRepository } from './pay-record-repository.js'
import { paymentWatch } from './payment-watch.js'
import { refundRepository } from './refund-repository.js'

export const orderStores = (session: SqlSession): OrderStores => ({
  orders: orderRepository(session),
  buyerOrders: buyerOrders(session),
  payRecords: payRecordRepository(session),
  refunds: refundRepository(session),
  outbox: outbox(session),
  journal: evidenceJournal(session),
  watch: paymentWatch(session),
})

export const learningStores = (session: SqlSession): LearningStores => ({
  choices: chooseCourseRepository(session),
  courseTable: courseTableRepository(session),
  handled: handledMessages(session),
})

/** Units of work whose stores are made by `storesOf`. */
export const unitOfWork = <Stores>(
  session: SqlSession,
  storesOf: (session: SqlSession) => Stores,
): UnitOfWork<Stores> => ({
  run: (work, shape) => session.atomically((unit) => work(storesOf(unit)), shape),
})
