import {
  type Actor,
  CheckoutError,
  type CheckoutErrorCode,
  fen,
  type OrderId,
  type OrderService,
  OrderStatus,
  type PayNo,
  PayStatus,
} from '../../src/index.js'
import {
  type OrderServiceHarness,
  orderServiceContract,
  sampleOrder,
  samplePayment,
  sampleUserId,
} from '../../testing/contracts/index.js'
import { orderServiceHarness } from '../harnesses/order-service-harness.js'
import { refundSabotage } from './order-service-refunds.sabotage.js'
import { changed, failingWith, leaking, type Sabotage, sabotaged, untranslated } from './sabotage.js'

const inService =
  (fault: (service: OrderService) => Partial<OrderService>): Sabotage<OrderServiceHarness> =>
  (harness) =>
    changed(harness, { service: { ...harness.service, ...fault(harness.service) } })

const owner: Actor = { userId: sampleUserId, operator: false }

/** Takes what should be refused with one of these codes. */
const taking = (...codes: CheckoutErrorCode[]) =>
  inService((service) => ({
    createOrder: (userId, request) =>
      service.createOrder(userId, request).catch((error) => {
        if (codes.includes(error.code)) return samplePayment(sampleOrder())
        throw error
      }),
  }))

/** Shows the order instead of refusing to close it. */
const closingQuietly = (code: CheckoutErrorCode) =>
  inService((service) => ({
    closeOrder: (id, actor) =>
      service.closeOrder(id, actor).catch((error) => {
        if (error.code === code) return service.getOrder(id, actor)
        throw error
      }),
  }))

/** Says that it closed, and does nothing. */
const closingNothing = inService((service) => ({
  async closeOrder(id, actor) {
    const order = await service.getOrder(id, actor)
    const payments = order.payments.map((payment) => ({ ...payment, status: PayStatus.closed }))
    return { ...order, status: OrderStatus.closed, payments }
  },
}))

/** Makes an order once only: one that is closed stays closed. */
const neverOpenedAgain: Sabotage<OrderServiceHarness> = (harness) => {
  const known = new Map<string, OrderId>()
  return inService((service) => ({
    async createOrder(userId, request) {
      const orderId = known.get(request.outBusinessId)
      const status = orderId === undefined ? null : (await service.getOrder(orderId, owner)).status
      if (status === OrderStatus.closed)
        throw new CheckoutError('order_closed', 'This order is closed. Request a new payment code.')
      const payment = await service.createOrder(userId, request)
      known.set(request.outBusinessId, payment.orderId)
      return payment
    },
  }))(harness)
}

/** Asks the gateway each time that somebody asks here. */
const unthrottled: Sabotage<OrderServiceHarness> = (harness) => {
  let asked = 0
  const faulty = inService((service) => ({
    queryPayResult(payNo, actor) {
      asked += 1
      return service.queryPayResult(payNo, actor)
    },
  }))(harness)
  return changed(faulty, { gatewayQueries: async () => asked + (await harness.gatewayQueries()) })
}

export const orderServiceSabotage = sabotaged(orderServiceContract, orderServiceHarness, {
  'createOrder: makes an unpaid order and a payment to pay it': inService((service) => ({
    createOrder: async (userId, request) => ({ ...(await service.createOrder(userId, request)), totalPrice: fen(1) }),
  })),

  'createOrder: makes one order and another payment each time it is asked': (harness) => {
    const answers = new Map<string, ReturnType<OrderService['createOrder']>>()
    return inService((service) => ({
      createOrder(userId, request) {
        const answer = answers.get(request.outBusinessId) ?? service.createOrder(userId, request)
        answers.set(request.outBusinessId, answer)
        return answer
      },
    }))(harness)
  },

  'createOrder: makes one order for many callers at once': (harness) => {
    let inWork = 0
    return inService((service) => ({
      async createOrder(userId, request) {
        inWork += 1
        const payment = await service.createOrder(userId, request)
        inWork -= 1
        return inWork > 0 ? { ...payment, orderId: payment.payNo as string as OrderId } : payment
      },
    }))(harness)
  },

  'createOrder: refuses a total that is not the server’s price': taking('price_mismatch'),
  'createOrder: refuses lines that do not add up to the total': taking('price_mismatch'),
  'createOrder: refuses an order type that nobody sells': taking('unknown_order_type'),
  'createOrder: refuses what is not for sale': taking('choice_not_found'),
  'createOrder: refuses what is for sale to another user': taking('not_yours'),
  'createOrder: refuses what costs nothing': taking('nothing_to_pay'),

  'createOrder: takes the server’s names, and ignores the buyer’s': inService((service) => ({
    createOrder: async (userId, request) => ({
      ...(await service.createOrder(userId, request)),
      orderName: request.orderName,
    }),
  })),

  'createOrder: refuses what is paid for already, or was refunded': [
    taking('order_already_paid'),
    taking('order_already_refunded', 'choice_outdated'),
  ],
  'createOrder: opens an order again that was closed or expired, under the same id': neverOpenedAgain,

  'createOrder: gives every payment its full time, and the order with it': (harness) => {
    let expireDate: number | null = null
    return inService((service) => ({
      async createOrder(userId, request) {
        const payment = await service.createOrder(userId, request)
        expireDate ??= payment.expireDate
        return { ...payment, expireDate }
      },
    }))(harness)
  },

  'createOrder: fails with store_unavailable, and shows no secret, when the store cannot be reached': [
    (harness) => changed(harness, { service: failingWith(harness.service, untranslated) }),
    (harness) => changed(harness, { service: failingWith(harness.service, leaking) }),
  ],

  // Shows what is stored, and never asks the gateway.
  'queryPayResult: books a payment whose notification was lost': (harness) => {
    const orderIds = new Map<PayNo, OrderId>()
    return inService((service) => ({
      async createOrder(userId, request) {
        const payment = await service.createOrder(userId, request)
        orderIds.set(payment.payNo, payment.orderId)
        return payment
      },
      async queryPayResult(payNo, actor) {
        const { payments } = await service.getOrder(orderIds.get(payNo) ?? sampleOrder().id, actor)
        const stored = payments.find((payment) => payment.payNo === payNo)
        return stored ?? service.queryPayResult(payNo, actor)
      },
    }))(harness)
  },

  'queryPayResult: shows a payment of which the gateway has notified': unthrottled,

  // Each proof of a payment makes a message of its own.
  'queryPayResult: sends one message, however often the proof comes': (harness) => {
    let notified = 0
    return changed(harness, {
      async notify(payNo) {
        notified += 1
        await harness.notify(payNo)
      },
      async paidMessageResender() {
        const [first] = await harness.paidMessageResender()
        return first === undefined ? [] : Array.from({ length: notified }, () => first)
      },
    })
  },

  // A trade that exists is taken for one that is paid.
  'queryPayResult: shows an unpaid payment as it is': inService((service) => ({
    queryPayResult: async (payNo, actor) => ({
      ...(await service.queryPayResult(payNo, actor)),
      status: PayStatus.paid,
    }),
  })),

  'queryPayResult: asks the gateway once in an interval, however many watch': unthrottled,

  // No clear answer is taken for a no.
  'queryPayResult: changes nothing, and does not fail, when the gateway is not clear': (harness) => {
    let unclear = false
    const faulty = inService((service) => ({
      async queryPayResult(payNo, actor) {
        const payment = await service.queryPayResult(payNo, actor)
        return unclear ? { ...payment, status: PayStatus.closed } : payment
      },
    }))(harness)
    return changed(faulty, {
      async makeAnswersUnclear() {
        unclear = true
        await harness.makeAnswersUnclear()
      },
    })
  },

  'queryPayResult: tells the owner only, and no operator, and refuses a payment that is not there': [
    inService((service) => ({
      queryPayResult: (payNo, actor) => service.queryPayResult(payNo, actor.operator ? actor : owner),
    })),
    inService((service) => ({
      queryPayResult: (payNo, actor) => service.queryPayResult(payNo, actor.operator ? owner : actor),
    })),
  ],

  'getOrder: shows everything that belongs to the order': inService((service) => ({
    getOrder: async (id, actor) => ({ ...(await service.getOrder(id, actor)), refunds: [] }),
  })),

  'getOrder: shows an order to its owner and to operators alone': [
    inService((service) => ({ getOrder: (id, actor) => service.getOrder(id, { ...actor, operator: false }) })),
    inService((service) => ({ getOrder: (id) => service.getOrder(id, owner) })),
  ],

  'closeOrder: closes an unpaid order, here and at the gateway': closingNothing,

  'closeOrder: lets an operator close every order, and answers the closed one when it is repeated': [
    inService((service) => ({ closeOrder: (id, actor) => service.closeOrder(id, { ...actor, operator: false }) })),
    (harness) => {
      const closed = new Set<OrderId>()
      return inService((service) => ({
        async closeOrder(id, actor) {
          if (closed.has(id)) throw new CheckoutError('order_closed', 'This order is closed. Request a new code.')
          closed.add(id)
          return service.closeOrder(id, actor)
        },
      }))(harness)
    },
  ],

  'closeOrder: refuses an order that is paid, or was refunded': [
    closingQuietly('order_already_paid'),
    closingQuietly('order_already_refunded'),
  ],
  'closeOrder: books what the gateway knows to be paid, and refuses': closingNothing,
  'closeOrder: closes nothing when the gateway is not clear': closingQuietly('gateway_unknown'),

  'closeOrder: refuses an order that is not there, or another user’s': inService((service) => ({
    closeOrder: (id) => service.closeOrder(id, owner),
  })),

  ...refundSabotage,
})
