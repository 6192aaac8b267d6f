import { notifyReaderContract, paymentGatewayContract } from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { alipayGatewayHarness } from './support/gateway-harness.js'

const alipay = { name: 'Alipay, against the sandbox', makeHarness: alipayGatewayHarness }

paymentGatewayContract({ describe, it }, alipay)
notifyReaderContract({ describe, it }, alipay)
