import { describe, it } from 'vitest'
import * as contracts from '../testing/contracts/index.js'
import { billSourceHarness } from './harnesses/bill-source-harness.js'
import { messagePublisherHarness, messageSubscriberHarness } from './harnesses/broker-harnesses.js'
import { idGeneratorHarness } from './harnesses/id-generator-harness.js'
import { learningStoresHarness } from './harnesses/learning-stores-harness.js'
import { orderServiceHarness } from './harnesses/order-service-harness.js'
import { orderStoresHarness } from './harnesses/order-stores-harness.js'
import { paymentGatewayHarness } from './harnesses/payment-gateway-harness.js'
import { paymentLedgerHarness } from './harnesses/payment-ledger-harness.js'

const runner = { describe, it }
const orderStores = { name: 'in memory', makeHarness: orderStoresHarness }
const learningStores = { name: 'in memory', makeHarness: learningStoresHarness }

contracts.orderRepositoryContract(runner, orderStores)
contracts.buyerOrdersContract(runner, orderStores)
contracts.payRecordRepositoryContract(runner, orderStores)
contracts.refundRepositoryContract(runner, orderStores)
contracts.outboxPortContract(runner, orderStores)
contracts.evidenceJournalContract(runner, orderStores)
contracts.paymentWatchContract(runner, orderStores)
contracts.operationsViewContract(runner, orderStores)
contracts.unitOfWorkContract(runner, orderStores)

contracts.chooseCourseRepositoryContract(runner, learningStores)
contracts.courseTableRepositoryContract(runner, learningStores)
contracts.handledMessagesContract(runner, learningStores)
contracts.courseCatalogueContract(runner, learningStores)

contracts.idGeneratorContract(runner, { name: 'sequential', makeHarness: idGeneratorHarness })

const gateway = { name: 'in memory', makeHarness: paymentGatewayHarness }

contracts.paymentGatewayContract(runner, gateway)
contracts.notifyReaderContract(runner, gateway)

contracts.billSourceContract(runner, { name: 'in memory', makeHarness: billSourceHarness })
contracts.paymentLedgerContract(runner, { name: 'in memory', makeHarness: paymentLedgerHarness })

contracts.messagePublisherContract(runner, { name: 'in memory', makeHarness: messagePublisherHarness })
contracts.messageSubscriberContract(runner, { name: 'in memory', makeHarness: messageSubscriberHarness })

contracts.orderServiceContract(runner, { name: 'called directly, on fakes', makeHarness: orderServiceHarness })
