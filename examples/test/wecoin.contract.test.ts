// #region contract
import { notifyReaderContract, paymentGatewayContract } from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { weCoinHarness } from './support/wecoin-harness.js'

const weCoin = { name: 'WeCoin', makeHarness: weCoinHarness }

paymentGatewayContract({ describe, it }, weCoin)
notifyReaderContract({ describe, it }, weCoin)
// #endregion
