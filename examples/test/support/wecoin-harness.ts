import type { PaymentGatewayHarness } from '@coursepay/core/contracts'
import { settableClock } from '@coursepay/core/fakes'
import { createWeCoin } from '../../src/snippets/your-own-gateway/wecoin-gateway.js'
import { weCoinSandbox, weCoinShop } from '../../src/snippets/your-own-gateway/wecoin-sandbox.js'

// #region harness
/** WeCoin as core's suites want it: a gateway without any trade, a buyer, and its troubles. */
export async function weCoinHarness(): Promise<PaymentGatewayHarness> {
  const key = 'a key of thirty-two random bytes'
  const clock = settableClock()
  const weCoin = weCoinSandbox({ key, now: clock.now })
  const { trouble } = weCoin
  return {
    ...createWeCoin({ address: 'https://wecoin.example', merchant: weCoinShop, key, fetch: weCoin.fetch }),
    now: clock.now,
    advance: async (ms) => clock.advance(ms),
    login: async ({ url }) => void weCoin.logIn(url),
    pay: async ({ url }) => weCoin.pay(url),
    makeAnswersUnclear: async () => void Object.assign(trouble, { noAnswer: true }),
    loseAnswers: async () => void Object.assign(trouble, { answerLost: true }),
    addUnsignedClaims: async () => void Object.assign(trouble, { unsignedClaim: true }),
    makeAnswersClear: async () => void Object.assign(trouble, { noAnswer: false, answerLost: false }),
    holdRefunds: async () => void Object.assign(trouble, { holdRefunds: true }),
    releaseRefunds: async () => weCoin.moveRefunds(),
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
