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
const gateway = { name: 'in memory', makeHarness: paymentGatewayHarness }

contracts.storeContracts(runner, {
  name: 'in memory',
  makeOrderHarness: orderStoreHarness,
  makeLearningHarness: learningStoreHarness,
  makeIdHarness: idGeneratorHarness,
})

contracts.referenceClockContract(runner, { name: 'of a settable clock', makeHarness: referenceClockHarness })

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
