import { billSourceContract } from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { alipayBillHarness } from '../support/bill-harness.js'

billSourceContract({ describe, it }, { name: 'Alipay, against the sandbox', makeHarness: alipayBillHarness })
