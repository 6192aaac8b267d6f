import { type CheckoutErrorCode, fen, type OperatorService, type PaymentCallbacks, PayStatus } from '../../src/index.js'
import type { NotifyAnswer } from '../../src/ports.js'
import {
  type OperatorServiceHarness,
  operatorServiceContract,
  type PaymentCallbacksHarness,
  paymentCallbacksContract,
  sampleMessage,
} from '../../testing/contracts/index.js'
import { operatorServiceHarness, paymentCallbacksHarness } from '../harnesses/order-service-harness.js'
import { changed, failingWith, quietly, type Sabotage, sabotaged, untranslated } from './sabotage.js'

const inCallbacks =
  (fault: (callbacks: PaymentCallbacks) => Partial<PaymentCallbacks>): Sabotage<PaymentCallbacksHarness> =>
  (harness) =>
    changed(harness, { callbacks: { ...harness.callbacks, ...fault(harness.callbacks) } })

const inOperator =
  (fault: (operator: OperatorService) => Partial<OperatorService>): Sabotage<OperatorServiceHarness> =>
  (harness) =>
    changed(harness, { operator: { ...harness.operator, ...fault(harness.operator) } })

const anyPage = { url: 'https://gateway.invalid/pay', orderName: '', totalPrice: fen(1) }
const opening = (code: CheckoutErrorCode) =>
  inCallbacks((callbacks) => ({ openPayPage: quietly(callbacks.openPayPage, code, anyPage) }))

const answering = (answer: 'success' | 'fail', isMeant: (given: NotifyAnswer) => boolean = () => true) =>
  inCallbacks((callbacks) => ({
    async receiveNotify(body) {
      const given = await callbacks.receiveNotify(body)
      return isMeant(given) ? { ...given, answer } : given
    },
  }))

export const paymentCallbacksSabotage = sabotaged(paymentCallbacksContract, paymentCallbacksHarness, {
  'openPayPage: opens the gateway’s page by the token and by the owner, for a phone and a desktop': [
    inCallbacks((callbacks) => ({
      openPayPage: async (key, product) => ({ ...(await callbacks.openPayPage(key, product)), totalPrice: fen(1) }),
    })),
    inCallbacks((callbacks) => ({ openPayPage: (key) => callbacks.openPayPage(key) })),
  ],
  'openPayPage: refuses a token or number that is not there, not theirs, or does not fit': inCallbacks((callbacks) => ({
    // Looks at the token alone.
    openPayPage: (key, product) => callbacks.openPayPage('token' in key ? { token: key.token } : key, product),
  })),
  'openPayPage: refuses a payment that nobody should pay any more, with the reason': opening('order_closed'),
  'returnFromPayPage: shows the payment with its order, and books what a query proves': inCallbacks((callbacks) => ({
    async returnFromPayPage(token) {
      const returned = await callbacks.returnFromPayPage(token)
      return { ...returned, payment: { ...returned.payment, status: PayStatus.unpaid } }
    },
  })),
  'returnFromPayPage: queries once in an interval, however many visit': (harness) => {
    let visits = 0
    const faulty = inCallbacks((callbacks) => ({
      returnFromPayPage(token) {
        visits += 1
        return callbacks.returnFromPayPage(token)
      },
    }))(harness)
    return changed(faulty, { gatewayQueries: async () => visits })
  },
  // Believes what stands in the address.
  'returnFromPayPage: changes nothing when the gateway is not clear': inCallbacks((callbacks) => ({
    async returnFromPayPage(token) {
      const returned = await callbacks.returnFromPayPage(token)
      return { ...returned, payment: { ...returned.payment, status: PayStatus.paid } }
    },
  })),
  'returnFromPayPage: refuses a token that is not there': (harness) =>
    changed(harness, { callbacks: failingWith(harness.callbacks, untranslated) }),
  'receiveNotify: books the payment once and answers success, however often and whatever comes later': [
    answering('fail'),
    // Answers only the first one.
    (harness) => {
      let heard = 0
      return inCallbacks((callbacks) => ({
        async receiveNotify(body) {
          heard += 1
          const answer = await callbacks.receiveNotify(body)
          return heard === 1 ? answer : { ...answer, answer: 'fail' }
        },
      }))(harness)
    },
    // Each of those that come at the same time is booked.
    (harness) => {
      let inFlight = 0
      let answered = 0
      let isRaced = false
      const faulty = inCallbacks((callbacks) => ({
        async receiveNotify(body) {
          inFlight += 1
          if (inFlight > 1 && answered === 0) isRaced = true
          const answer = await callbacks.receiveNotify(body)
          inFlight -= 1
          answered += 1
          return answer
        },
      }))(harness)
      const paidMessageResender = async () => {
        const messages = await harness.paidMessageResender()
        return isRaced ? [...messages, ...messages] : messages
      }
      return changed(faulty, { paidMessageResender })
    },
    // Whatever comes last decides.
    (harness) => {
      let heard = 0
      const faulty = inCallbacks((callbacks) => ({
        receiveNotify(body) {
          heard += 1
          return callbacks.receiveNotify(body)
        },
      }))(harness)
      return changed(faulty, {
        service: {
          ...harness.service,
          async getOrder(id, actor) {
            const order = await harness.service.getOrder(id, actor)
            return heard > 1 ? { ...order, status: '600001' } : order
          },
        },
      })
    },
  ],
  'receiveNotify: answers success to what needs no change': inCallbacks((callbacks) => ({
    async receiveNotify(body) {
      const { answer, verdict } = await callbacks.receiveNotify(body)
      return { answer: verdict === 'booked' ? answer : 'fail', verdict }
    },
  })),
  'receiveNotify: answers fail to what the gateway did not sign, or is not ours, and journals it': [
    answering('success', ({ verdict }) => verdict === 'foreign_app'),
    answering('success', ({ verdict }) => verdict !== 'foreign_app'),
  ],
  // Answers first and books then.
  'receiveNotify: fails with store_unavailable while the store is down, and books the repeat': inCallbacks(
    (callbacks) => ({
      receiveNotify: quietly(callbacks.receiveNotify, 'store_unavailable', { answer: 'success', verdict: 'later' }),
    }),
  ),
})

/** Reads and decides, and does not look again when it writes. */
const deciding = (code: CheckoutErrorCode): Sabotage<OperatorServiceHarness> =>
  inOperator((operator) => ({
    resolveHeldPayment: (payNo, decision, reason, actor) =>
      operator.resolveHeldPayment(payNo, decision, reason, actor).catch(async (error) => {
        if (error.code !== code) throw error
        return (await operator.queryNow(payNo, actor)).payment
      }),
  }))

const withoutLog: Sabotage<OperatorServiceHarness> = (harness) => changed(harness, { actionsOf: async () => [] })

export const operatorServiceSabotage = sabotaged(operatorServiceContract, operatorServiceHarness, {
  'queryNow: settles what the gateway proves, and queries about a payment in any state': [
    inOperator((operator) => ({
      async queryNow(payNo, actor) {
        const answer = await operator.queryNow(payNo, actor)
        return { ...answer, payment: { ...answer.payment, status: PayStatus.unpaid } }
      },
    })),
    (harness) => changed(harness, { gatewayQueries: async () => 0 }),
  ],
  'queryNow: tells that there is no trade, or no clear answer, changes nothing, and stores the action': [
    inOperator((operator) => ({
      async queryNow(payNo, actor) {
        const answer = await operator.queryNow(payNo, actor)
        return answer.gatewayStatus === 'unknown' ? { ...answer, gatewayStatus: 'no_trade' } : answer
      },
    })),
    withoutLog,
  ],
  'queryNow: refuses a payment that is not there': (harness) =>
    changed(harness, { operator: failingWith(harness.operator, untranslated) }),
  'resolveHeldPayment: fulfils the order with the held money, and sends a message': (harness) =>
    changed(harness, { paidMessageResender: async () => [] }),
  'resolveHeldPayment: refunds the held money, and stores the action with its decision and reason': [
    // Books it here and refunds nothing.
    (harness) => changed(harness, { refundedMoney: async () => 0 }),
    withoutLog,
  ],
  'resolveHeldPayment: refuses a payment that is not held or not there, and stores no action':
    deciding('payment_not_held'),
  'resolveHeldPayment: lets one of two opposite decisions win, and refuses a repeated one':
    deciding('payment_not_held'),
  'resolveHeldPayment: fulfils no order that another payment paid': deciding('order_already_paid'),
  'redeliver: sends a dead letter again, and stores the action': (harness) =>
    changed(harness, { paidMessageResender: async () => [] }),
  'redeliver: refuses a message that is not dead, or not any more': inOperator((operator) => ({
    redeliver: quietly(operator.redeliver, 'dead_message_not_found', sampleMessage()),
  })),
  'fails with store_unavailable when the store cannot be reached': (harness) =>
    changed(harness, { operator: failingWith(harness.operator, untranslated) }),
})
