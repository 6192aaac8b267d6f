import { addFen, fen } from '../../src/shared/money.js'
import type { Clock } from '../../src/shared/ports/clock.js'
import { inMemoryBillSource } from '../fakes/in-memory-bill-source.js'
import { inMemoryLearningRows, inMemoryLearningStore } from '../fakes/in-memory-learning-store.js'
import { inMemoryOrderRows } from '../fakes/in-memory-order-rows.js'
import { inMemoryOrderStore } from '../fakes/in-memory-order-store.js'
import { inMemoryPaymentGateway } from '../fakes/in-memory-payment-gateway.js'
import { simulatedBroker } from './simulated-broker.js'
import type { MakeSimulationHarness, SimulatedGateway } from './simulation-harness.js'

/** Everything in memory: the fakes that stand for every port. */
export const inMemorySimulation: MakeSimulationHarness = async ({ clock, courses }) => {
  const [orderRows, learningRows] = [inMemoryOrderRows(), inMemoryLearningRows()]
  const learning = inMemoryLearningStore(courses, learningRows)
  const crash = () => {}
  return {
    openOrders: async (processClock) => ({ store: inMemoryOrderStore(processClock, orderRows), crash }),
    openLearning: async () => ({ store: inMemoryLearningStore([], learningRows), crash }),
    publish: async (course) => learning.publish(course),
    gateway: simulatedGateway(clock),
    broker: simulatedBroker(),
    dispose: async () => {},
  }
}

/** The fake gateway with its buyers, and a bill of what it booked. */
export function simulatedGateway(clock: Clock): SimulatedGateway {
  const fake = inMemoryPaymentGateway({ clock })
  const bills = inMemoryBillSource({ clock, sellerId: fake.gateway.merchant.sellerId })
  const asked = new Map<string, Parameters<typeof fake.gateway.refund>[0]>()

  /** A refund stands in the bill from the moment its money moved. */
  async function billRefunds(): Promise<void> {
    for (const [key, { payNo, outRequestNo }] of asked) {
      const answer = await fake.gateway.queryRefund(payNo, outRequestNo)
      if (answer.kind !== 'succeeded') continue
      asked.delete(key)
      bills.refund({ outTradeNo: payNo, outRequestNo, amount: answer.amount, bookedAt: clock.now() })
    }
  }
  return {
    gateway: {
      ...fake.gateway,
      async refund(instruction) {
        const before = await fake.gateway.queryRefund(instruction.payNo, instruction.outRequestNo)
        const answer = await fake.gateway.refund(instruction)
        if (before.kind === 'absent') asked.set(`${instruction.payNo} ${instruction.outRequestNo}`, instruction)
        await billRefunds()
        return answer
      },
    },
    notifyReader: fake.notifyReader,
    bills: bills.source,
    login: async ({ payNo }) => fake.buyer.login(payNo),
    async pay({ payNo }) {
      fake.buyer.pay(payNo)
      bills.pay({ outTradeNo: payNo, amount: fen(fake.moneyOf(payNo).received), bookedAt: clock.now() })
    },
    async notification(payNo, kind) {
      if ((await fake.gateway.query(payNo)).kind !== 'evidence') return null
      const paid = { tradeStatus: 'paid', paidAt: clock.now() } as const
      switch (kind) {
        case 'genuine':
          return fake.notify(payNo)
        case 'forged':
          return fake.forge(payNo, paid)
        case 'foreign_app':
          return fake.notify(payNo, { ...paid, appId: '2021000000009999' })
        case 'wrong_amount':
          return fake.notify(payNo, { ...paid, totalAmount: addFen(fen(1), fen(1)) })
      }
    },
    async holdRefunds(hold) {
      fake.holdRefunds(hold)
      if (!hold) fake.settleRefunds()
      await billRefunds()
    },
    async refundInConsole(payNo, amount) {
      try {
        const outRequestNo = `console-${payNo}-${fake.moneyOf(payNo).refunded}`
        const body = fake.console.refund(payNo, amount, outRequestNo)
        bills.refund({ outTradeNo: payNo, outRequestNo, amount, bookedAt: clock.now() })
        return body
      } catch {
        return null
      }
    },
    moneyOf: async (payNo) => fake.moneyOf(payNo),
  }
}
