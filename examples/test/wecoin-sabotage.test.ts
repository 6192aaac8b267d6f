import { randomUUID } from 'node:crypto'
import { payNo } from '@coursepay/core'
import {
  notifyReaderContract,
  type PaymentGatewayHarness,
  paymentGatewayContract,
  runClause,
} from '@coursepay/core/contracts'
import type { NotifyReading } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import { weCoinHarness } from './support/wecoin-harness.js'

// #region sabotage
type Fault = (weCoin: PaymentGatewayHarness) => Partial<PaymentGatewayHarness>

/** The same gateway with something broken. */
const broken = (fault: Fault) => async () => {
  const weCoin = await weCoinHarness()
  return { ...weCoin, ...fault(weCoin) }
}

const trustsUnsignedClaims: Fault = ({ gateway, notifyReader }) => ({
  notifyReader: {
    async read(body): Promise<NotifyReading> {
      const reading = await notifyReader.read(body)
      if (reading.kind === 'genuine' || reading.claimedOutTradeNo === null) return reading
      const answer = await gateway.query(payNo(reading.claimedOutTradeNo))
      return answer.kind === 'evidence' ? { kind: 'genuine', evidence: answer.evidence } : reading
    },
  },
})

const refundsUnderNewNumbers: Fault = ({ gateway }) => ({
  gateway: { ...gateway, refund: (order) => gateway.refund({ ...order, outRequestNo: randomUUID() }) },
})

const takesSilenceForNo: Fault = ({ gateway }) => ({
  gateway: {
    ...gateway,
    async query(number) {
      const answer = await gateway.query(number)
      return answer.kind === 'unknown' ? { kind: 'no_trade' } : answer
    },
  },
})

describe('core’s suites notice a WeCoin that', () => {
  const { clauses: reads } = notifyReaderContract
  const { clauses: pays } = paymentGatewayContract
  it.each([
    [
      'trusts unsigned claims',
      trustsUnsignedClaims,
      reads['rejects what somebody else signed, with what it claims and a reason'],
    ],
    ['refunds under a new number', refundsUnderNewNumbers, pays['moves money once for a repeated refund']],
    [
      'takes silence for a no',
      takesSilenceForNo,
      pays['answers unknown, throws nothing and shows no secret, when no clear answer comes'],
    ],
  ])('%s', async (_, fault, clause) => {
    await runClause({ makeHarness: weCoinHarness }, clause) // the sound one passes
    await expect(runClause({ makeHarness: broken(fault) }, clause)).rejects.toThrow()
  })
})
// #endregion
