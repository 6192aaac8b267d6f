import { describe, expect, it } from 'vitest'
import * as contracts from '../testing/contracts/index.js'
import { billSourceSabotage } from './sabotage/bill-source.sabotage.js'
import { chooseCourseRepositorySabotage } from './sabotage/choose-course-repository.sabotage.js'
import { courseCatalogueSabotage } from './sabotage/course-catalogue.sabotage.js'
import { evidenceJournalSabotage } from './sabotage/evidence-journal.sabotage.js'
import { idGeneratorSabotage } from './sabotage/id-generator.sabotage.js'
import {
  entitlementServiceSabotage,
  learningServiceSabotage,
  priceSourceSabotage,
} from './sabotage/learning-services.sabotage.js'
import { messagePublisherSabotage } from './sabotage/message-publisher.sabotage.js'
import { messageSubscriberSabotage } from './sabotage/message-subscriber.sabotage.js'
import { notifyReaderSabotage } from './sabotage/notify-reader.sabotage.js'
import { operatorLogSabotage } from './sabotage/operator-log.sabotage.js'
import { operatorServiceSabotage, paymentCallbacksSabotage } from './sabotage/order-callbacks.sabotage.js'
import { orderRepositorySabotage } from './sabotage/order-repository.sabotage.js'
import { orderServiceSabotage } from './sabotage/order-service.sabotage.js'
import { orderViewsSabotage } from './sabotage/order-views.sabotage.js'
import { outboxPortSabotage } from './sabotage/outbox-port.sabotage.js'
import { paymentGatewaySabotage } from './sabotage/payment-gateway.sabotage.js'
import { paymentLedgerSabotage } from './sabotage/payment-ledger.sabotage.js'
import { pollScheduleSabotage } from './sabotage/poll-schedule.sabotage.js'
import { referenceClockSabotage } from './sabotage/reference-clock.sabotage.js'
import type { SabotagedContract } from './sabotage/sabotage.js'

const suites: readonly SabotagedContract[] = [
  billSourceSabotage,
  chooseCourseRepositorySabotage,
  courseCatalogueSabotage,
  evidenceJournalSabotage,
  idGeneratorSabotage,
  messagePublisherSabotage,
  messageSubscriberSabotage,
  notifyReaderSabotage,
  operatorLogSabotage,
  orderRepositorySabotage,
  orderServiceSabotage,
  orderViewsSabotage,
  outboxPortSabotage,
  paymentGatewaySabotage,
  paymentLedgerSabotage,
  pollScheduleSabotage,
  referenceClockSabotage,
  entitlementServiceSabotage,
  learningServiceSabotage,
  operatorServiceSabotage,
  paymentCallbacksSabotage,
  priceSourceSabotage,
]

/** What the clause says of the fault; null when it noticed nothing. */
async function complaint(run: () => Promise<void>): Promise<Error | null> {
  try {
    await run()
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

describe.each(suites)('every clause of the $portName contract notices its sabotage', ({ clauses, runs }) => {
  it.each(clauses)('%s', async (clause) => {
    const sabotagedRuns = runs(clause)
    expect(sabotagedRuns, `There is no sabotage for the clause "${clause}".`).not.toEqual([])
    for (const [index, run] of sabotagedRuns.entries()) {
      const error = await complaint(run)
      expect(error, `the clause did not notice fault ${index + 1}`).not.toBeNull()
      // A clause must notice the fault; a sabotage that only breaks the program proves nothing.
      expect(error, String(error?.stack)).not.toBeInstanceOf(TypeError)
      expect(error, String(error?.stack)).not.toBeInstanceOf(ReferenceError)
    }
  })
})
