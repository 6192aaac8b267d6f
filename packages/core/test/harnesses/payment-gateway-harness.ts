import { payNo } from '../../src/index.js'
import type { PayPage } from '../../src/ports.js'
import type { PaymentGatewayHarness } from '../../testing/contracts/index.js'
import { inMemoryPaymentGateway, settableClock } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

/** The fake's address names the attempt in the open. */
const payNoIn = ({ url }: PayPage) => payNo(new URL(url).searchParams.get('payNo'))

export async function paymentGatewayHarness(): Promise<PaymentGatewayHarness> {
  const clock = settableClock()
  const fake = inMemoryPaymentGateway({ clock })
  return {
    gateway: fake.gateway,
    notifyReader: fake.notifyReader,
    now: clock.now,
    advance: async (ms) => clock.advance(ms),
    login: async (page) => fake.buyer.login(payNoIn(page)),
    pay: async (page) => fake.buyer.pay(payNoIn(page)),
    makeAnswersUnclear: async () => fake.answer('unknown'),
    loseAnswers: async () => fake.answer('timeout_after_booking'),
    addUnsignedClaims: async () => fake.answer('unsigned_claim'),
    makeAnswersClear: async () => fake.answer('clear'),
    holdRefunds: async () => fake.holdRefunds(true),
    releaseRefunds: async () => fake.settleRefunds(),
    moneyOf: async (payNo) => fake.moneyOf(payNo),
    notification: async (payNo) => fake.notify(payNo),
    forgedNotification: async (payNo) => fake.forge(payNo),
    foreignNotification: async (payNo) => fake.notify(payNo, { appId: '2021999999999999' }),
    refundInConsole: async (payNo, amount, outRequestNo) => fake.console.refund(payNo, amount, outRequestNo),
    secrets: [FAKE_SECRET],
    dispose: async () => {},
  }
}
