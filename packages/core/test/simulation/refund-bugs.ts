import type { Refund } from '../../src/index.js'
import { inGateway, inOrderProgram, inOrderStores, type PlantedBug } from './faulty-program.js'

const dropping = (name: string, cause: Refund['cause']): PlantedBug =>
  inOrderStores(name, (stores) => ({
    ...stores,
    refunds: {
      ...stores.refunds,
      open: async (refund) => (refund.cause === cause ? 'opened' : stores.refunds.open(refund)),
    },
  }))

/** Ways to get a refund wrong. */
export const refundBugs: readonly PlantedBug[] = [
  dropping('drops money that was paid twice', 'surplus'),
  dropping('drops money that came late', 'late'),

  inGateway('refunds under a fresh number at each try', (gateway) => {
    const tries = { count: 0 }
    return {
      refund(order) {
        tries.count += 1
        return gateway.refund({ ...order, outRequestNo: `${order.outRequestNo}-${tries.count}` })
      },
    }
  }),

  inGateway('takes an unknown outcome of a refund for a no', (gateway) => ({
    async refund(order) {
      const answer = await gateway.refund(order)
      return answer.kind === 'unknown' ? { kind: 'refused', reason: answer.reason } : answer
    },
  })),

  inGateway('takes an unknown outcome of a refund for a yes', (gateway) => ({
    async refund(order) {
      const answer = await gateway.refund(order)
      return answer.kind === 'unknown' ? { kind: 'succeeded' } : answer
    },
  })),

  inOrderProgram('asks the gateway for a refund before it is stored', (program, { stores, gateway }) => ({
    ...program,
    service: {
      ...program.service,
      async refundOrder(orderId, request, actor) {
        const paid = (await stores.payRecords.listOf(orderId)).find(({ receipt }) => receipt === 'booked')
        const { amount, reason, outRequestNo } = request
        if (paid !== undefined && outRequestNo !== null) {
          await gateway.refund({ payNo: paid.payNo, amount: amount ?? paid.totalPrice, reason, outRequestNo })
        }
        return program.service.refundOrder(orderId, request, actor)
      },
    },
  })),

  inOrderStores('ends two refunds of one payment without a row at which they meet', (stores) => ({
    ...stores,
    payRecords: {
      ...stores.payRecords,
      change: async (payNo, change) => change.from === change.to || (await stores.payRecords.change(payNo, change)),
    },
  })),
]
