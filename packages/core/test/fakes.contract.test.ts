import { describe, it } from 'vitest'
import * as contracts from '../testing/contracts/index.js'
import { billSourceHarness } from './harnesses/bill-source-harness.js'
import { messagePublisherHarness, messageSubscriberHarness } from './harnesses/broker-harnesses.js'
import { idGeneratorHarness } from './harnesses/id-generator-harness.js'
import { learningServiceHarness, priceSourceHarness } from './harnesses/learning-service-harness.js'
import { learningStoreHarness } from './harnesses/learning-store-harness.js'
import {
  operatorServiceHarness,
  orderServiceHarness,
  paymentCallbacksHarness,
} from './harnesses/order-service-harness.js'
import { orderStoreHarness } from './harnesses/order-store-harness.js'
import { paymentGatewayHarness } from './harnesses/payment-gateway-harness.js'
import { referenceClockHarness } from './harnesses/reference-clock-harness.js'

const runner = { describe, it }
const orderStore = { name: 'in memory', makeHarness: orderStoreHarness }
const learningStore = { name: 'in memory', makeHarness: learningStoreHarness }
const gateway = { name: 'in memory', makeHarness: paymentGatewayHarness }

contracts.orderRepositoryContract(runner, orderStore)
contracts.outboxPortContract(runner, orderStore)
contracts.evidenceJournalContract(runner, orderStore)
contracts.pollScheduleContract(runner, orderStore)
contracts.orderViewsContract(runner, orderStore)
contracts.paymentLedgerContract(runner, orderStore)
contracts.operatorLogContract(runner, orderStore)

contracts.chooseCourseRepositoryContract(runner, learningStore)
contracts.courseCatalogueContract(runner, learningStore)
contracts.operatorLogContract(runner, { name: 'in memory, of the learning centre', makeHarness: learningStoreHarness })

contracts.referenceClockContract(runner, { name: 'of a settable clock', makeHarness: referenceClockHarness })
contracts.idGeneratorContract(runner, { name: 'sequential', makeHarness: idGeneratorHarness })

contracts.paymentGatewayContract(runner, gateway)
contracts.notifyReaderContract(runner, gateway)
contracts.billSourceContract(runner, { name: 'in memory', makeHarness: billSourceHarness })

contracts.messagePublisherContract(runner, { name: 'in memory', makeHarness: messagePublisherHarness })
contracts.messageSubscriberContract(runner, { name: 'in memory', makeHarness: messageSubscriberHarness })

contracts.orderServiceContract(runner, { name: 'called directly, on fakes', makeHarness: orderServiceHarness })
contracts.paymentCallbacksContract(runner, { name: 'on fakes', makeHarness: paymentCallbacksHarness })
contracts.operatorServiceContract(runner, { name: 'on fakes', makeHarness: operatorServiceHarness })
contracts.learningServiceContract(runner, { name: 'on fakes', makeHarness: learningServiceHarness })
contracts.entitlementServiceContract(runner, { name: 'on fakes', makeHarness: learningServiceHarness })
contracts.priceSourceContract(runner, { name: 'of courses', makeHarness: priceSourceHarness })
