import type { Refund } from '../../src/index.js'
import { inCommit, inGateway, inOrderProgram, type PlantedBug } from './faulty-program.js'

const dropping = (name: string, cause: Refund['cause']): PlantedBug =>
  inCommit(name, (commit) => ({
    ...commit,
    after:
      commit.after === commit.before
        ? commit.after
        : { ...commit.after, refunds: commit.after.refunds.filter((refund) => refund.cause !== cause) },
  }))

/** Ways to get a refund wrong. */
export const refundBugs: readonly PlantedBug[] = [
  dropping('drops money that was paid twice', 'surplus'),
  dropping('drops money that came late', 'late'),
  dropping('books no refund that was made elsewhere', 'external'),

  inCommit('schedules no refund', (commit) => ({ ...commit, schedule: [] })),

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

  inGateway('takes a refusal for a yes', (gateway) => ({
    async refund(order) {
      const answer = await gateway.refund(order)
      return answer.kind === 'refused' ? { kind: 'succeeded' } : answer
    },
  })),

  inOrderProgram('asks the gateway for a refund before it is stored', (program, { store, gateway }) => ({
    ...program,
    service: {
      ...program.service,
      async refundOrder(id, request, actor) {
        const order = await store.orders.find({ id })
        const paid = order?.payments.find(({ receipt }) => receipt === 'booked')
        const { amount, reason, outRequestNo } = request
        if (paid !== undefined && outRequestNo !== null) {
          await gateway.refund({ payNo: paid.payNo, amount: amount ?? paid.totalPrice, reason, outRequestNo })
        }
        return program.service.refundOrder(id, request, actor)
      },
    },
  })),

  inOrderProgram('forgets a refund that failed', (program) => ({
    ...program,
    service: {
      ...program.service,
      async refundOrder(id, request, actor) {
        const order = await program.service.getOrder(id, actor)
        const failed = order.refunds.find(({ outRequestNo }) => outRequestNo === request.outRequestNo)
        return failed?.status === 'failed' ? failed : program.service.refundOrder(id, request, actor)
      },
    },
  })),

  inOrderProgram('resolves held money by forgetting it', (program) => ({
    ...program,
    operator: {
      ...program.operator,
      async resolveHeldPayment(payNo, _decision, _reason, actor) {
        return (await program.operator.queryNow(payNo, actor)).payment
      },
    },
  })),
]
