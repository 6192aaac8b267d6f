import { describe, expect, it } from 'vitest'
import * as contracts from '../testing/contracts/index.js'
import { billSourceSabotage } from './sabotage/bill-source.sabotage.js'
import { buyerOrdersSabotage } from './sabotage/buyer-orders.sabotage.js'
import { chooseCourseRepositorySabotage } from './sabotage/choose-course-repository.sabotage.js'
import { courseCatalogueSabotage } from './sabotage/course-catalogue.sabotage.js'
import { courseTableRepositorySabotage } from './sabotage/course-table-repository.sabotage.js'
import { evidenceJournalSabotage } from './sabotage/evidence-journal.sabotage.js'
import { handledMessagesSabotage } from './sabotage/handled-messages.sabotage.js'
import { idGeneratorSabotage } from './sabotage/id-generator.sabotage.js'
import { messagePublisherSabotage } from './sabotage/message-publisher.sabotage.js'
import { messageSubscriberSabotage } from './sabotage/message-subscriber.sabotage.js'
import { notifyReaderSabotage } from './sabotage/notify-reader.sabotage.js'
import { operationsViewSabotage } from './sabotage/operations-view.sabotage.js'
import { orderRepositorySabotage } from './sabotage/order-repository.sabotage.js'
import { orderServiceSabotage } from './sabotage/order-service.sabotage.js'
import { outboxPortSabotage } from './sabotage/outbox-port.sabotage.js'
import { payRecordRepositorySabotage } from './sabotage/pay-record-repository.sabotage.js'
import { paymentGatewaySabotage } from './sabotage/payment-gateway.sabotage.js'
import { paymentLedgerSabotage } from './sabotage/payment-ledger.sabotage.js'
import { paymentWatchSabotage } from './sabotage/payment-watch.sabotage.js'
import { refundRepositorySabotage } from './sabotage/refund-repository.sabotage.js'
import type { SabotagedContract } from './sabotage/sabotage.js'
import { unitOfWorkSabotage } from './sabotage/unit-of-work.sabotage.js'

const suites: readonly SabotagedContract[] = [
  billSourceSabotage,
  buyerOrdersSabotage,
  chooseCourseRepositorySabotage,
  courseCatalogueSabotage,
  courseTableRepositorySabotage,
  evidenceJournalSabotage,
  handledMessagesSabotage,
  idGeneratorSabotage,
  messagePublisherSabotage,
  messageSubscriberSabotage,
  notifyReaderSabotage,
  operationsViewSabotage,
  orderRepositorySabotage,
  orderServiceSabotage,
  outboxPortSabotage,
  payRecordRepositorySabotage,
  paymentGatewaySabotage,
  paymentLedgerSabotage,
  paymentWatchSabotage,
  refundRepositorySabotage,
  unitOfWorkSabotage,
]

/** What the clause says of the fault; null when it noticed nothing. */
async function complaint(run: Promise<void>): Promise<Error | null> {
  try {
    await run
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

it('every published suite is sabotaged', () => {
  const published = Object.entries(contracts).flatMap(([name, suite]) =>
    name.endsWith('Contract') && name !== 'defineContract' ? [Reflect.get(Object(suite), 'portName')] : [],
  )
  expect(suites.map(({ portName }) => portName).sort()).toEqual(published.sort())
})

describe.each(suites)('every clause of the $portName contract notices its sabotage', ({ clauses, run }) => {
  it.each(clauses)('%s', async (clause) => {
    const sabotagedRun = run(clause, clause)
    if (sabotagedRun === undefined) return expect.fail(`There is no sabotage for the clause "${clause}".`)
    const error = await complaint(sabotagedRun)
    expect(error, 'the clause noticed nothing').not.toBeNull()
    // A clause must notice the fault; a sabotage that only breaks the program proves nothing.
    expect(error, String(error?.stack)).not.toBeInstanceOf(TypeError)
    expect(error, String(error?.stack)).not.toBeInstanceOf(ReferenceError)
  })
})
