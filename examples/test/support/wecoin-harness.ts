import type { PaymentGatewayHarness } from '@coursepay/core/contracts'
import { settableClock } from '@coursepay/core/fakes'
import { createWeCoin } from '../../src/snippets/your-own-gateway/wecoin-gateway.js'
import { weCoinSandbox, weCoinShop } from '../../src/snippets/your-own-gateway/wecoin-sandbox.js'

// #region harness
/** WeCoin as core's suites want it: a gateway without any trade, a buyer, and its faults. */
export async function weCoinHarness(): Promise<PaymentGatewayHarness> {
  const key = 'a key of thirty-two random bytes'
  const clock = settableClock()
  const weCoin = weCoinSandbox({ key, now: clock.now })
  const { faults } = weCoin
  return {
    ...createWeCoin({ address: 'https://wecoin.example', merchant: weCoinShop, key, fetch: weCoin.fetch }),
    now: clock.now,
    advance: async (ms) => clock.advance(ms),
    login: async ({ url }) => void weCoin.logIn(url),
    pay: async ({ url }) => weCoin.pay(url),
    makeAnswersUnclear: async () => void Object.assign(faults, { noAnswer: true }),
    loseAnswers: async () => void Object.assign(faults, { answerLost: true }),
    addUnsignedClaims: async () => void Object.assign(faults, { unsignedResult: true }),
    makeAnswersClear: async () => void Object.assign(faults, { noAnswer: false, answerLost: false }),
    holdRefunds: async () => void Object.assign(faults, { holdRefunds: true }),
    releaseRefunds: async () => weCoin.completeRefunds(),
    moneyOf: async (payNo) => weCoin.moneyOf(payNo),
    notification: async (payNo) => weCoin.notification(payNo),
    forgedNotification: async (payNo) => weCoin.notification(payNo, { by: 'another key' }),
    foreignNotification: async (payNo) => weCoin.notification(payNo, { shop: 'shop-2' }),
    async refundInConsole(payNo, amount, outRequestNo) {
      weCoin.refundInConsole(payNo, amount, outRequestNo)
      return weCoin.notification(payNo, { refund: outRequestNo })
    },
    secrets: [key],
    dispose: async () => {},
  }
}
// #endregion
