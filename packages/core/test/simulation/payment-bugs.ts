import { OrderStatus, type PayNo, PayStatus } from '../../src/index.js'
import type { PollSchedule } from '../../src/ports.js'
import {
  inCommit,
  inGateway,
  inOrderParts,
  inOrderProgram,
  inOrderStore,
  type PlantedBug,
  withoutSafetyNet,
} from './faulty-program.js'

const text = new TextDecoder()

/** Ways to get a payment wrong. */
export const paymentBugs: readonly PlantedBug[] = [
  inOrderStore('takes a conflict for a commit', ({ orders }) => ({
    orders: {
      find: (key) => orders.find(key),
      findMany: (ids) => orders.findMany(ids),
      listOverdue: (now, limit) => orders.listOverdue(now, limit),
      async commit(commit) {
        await orders.commit(commit)
        return 'committed'
      },
    },
  })),

  inOrderProgram('answers success before the commit', (program) => ({
    ...program,
    callbacks: {
      ...program.callbacks,
      async receiveNotify(body) {
        void program.callbacks.receiveNotify(body).catch(() => null)
        return { answer: 'success', verdict: 'on its way' }
      },
    },
  })),

  inOrderProgram('answers success when the store is down', (program) => ({
    ...program,
    callbacks: {
      ...program.callbacks,
      receiveNotify: (body) =>
        program.callbacks.receiveNotify(body).catch(() => ({ answer: 'success', verdict: 'failed' })),
    },
  })),

  inOrderParts('takes a notification without checking its signature', (parts) => ({
    ...parts,
    notifyReader: {
      async read(body) {
        const { sign: _sign, ...fields } = JSON.parse(text.decode(body))
        return { kind: 'genuine', evidence: { ...fields, source: 'notify' } }
      },
    },
  })),

  inOrderParts('takes a notification without comparing the amount', (parts) => ({
    ...parts,
    notifyReader: {
      async read(body) {
        const reading = await parts.notifyReader.read(body)
        if (reading.kind !== 'genuine') return reading
        const payNo = reading.evidence.outTradeNo as PayNo
        const order = await parts.store.orders.find({ payNo })
        const totalAmount = order?.totalPrice ?? reading.evidence.totalAmount
        return { kind: 'genuine', evidence: { ...reading.evidence, totalAmount } }
      },
    },
  })),

  inOrderParts('takes a notification that is meant for another app', (parts) => ({
    ...parts,
    notifyReader: {
      async read(body) {
        const reading = await parts.notifyReader.read(body)
        if (reading.kind !== 'genuine') return reading
        return { kind: 'genuine', evidence: { ...reading.evidence, appId: parts.gateway.merchant.appId } }
      },
    },
  })),

  inGateway('takes an unknown answer for a payment', (gateway, { store, clock }) => ({
    async query(payNo) {
      const answer = await gateway.query(payNo)
      const order = await store.orders.find({ payNo })
      if (answer.kind !== 'unknown' || order === null) return answer
      const { appId, sellerId } = gateway.merchant
      const trade = { tradeNo: 'unknown', tradeStatus: 'paid', paidAt: clock.now(), refundRequestNo: null } as const
      const amounts = { totalAmount: order.totalPrice, refundedAmount: 0 as typeof order.totalPrice }
      const evidence = { source: 'query', appId, sellerId, outTradeNo: payNo, ...trade, ...amounts } as const
      return { kind: 'evidence', evidence, body: new Uint8Array() }
    },
  })),

  withoutSafetyNet(
    inGateway('takes an unknown answer for a trade that is not there, and closes', (gateway) => ({
      async query(payNo) {
        const answer = await gateway.query(payNo)
        return answer.kind === 'unknown' ? { kind: 'no_trade' } : answer
      },
    })),
  ),

  withoutSafetyNet(
    inOrderProgram('closes expired orders without a query', (program, { store, clock }) => ({
      ...program,
      workers: {
        ...program.workers,
        async expireOrders() {
          const overdue = await store.orders.listOverdue(clock.now(), 100)
          for (const before of await store.orders.findMany(overdue)) {
            const payments = before.payments.map((payment) => ({ ...payment, status: PayStatus.closed }))
            const after = { ...before, status: OrderStatus.closed, payments, version: before.version + 1 }
            await store.orders.commit({ before, after, messages: [], journal: [], actions: [], schedule: [] })
          }
          return { closed: overdue.length, unclear: 0, more: false }
        },
      },
    })),
  ),

  inCommit('commits the order without its payments', (commit) => ({
    ...commit,
    after: commit.before === null ? commit.after : { ...commit.after, payments: commit.before.payments },
  })),

  inCommit('commits without the journal', (commit) => ({ ...commit, journal: [] })),

  inOrderStore('keeps no rejected notification', ({ journal }) => ({
    journal: {
      ...journal,
      append: async (entry) => {
        if (!entry.verdict.startsWith('bad_signature')) await journal.append(entry)
      },
    },
  })),

  inOrderStore('schedules no poll for a page that was opened', ({ schedule }) => ({
    schedule: withoutScheduling(schedule),
  })),
]

/** Everything but `schedule`. */
const withoutScheduling = (schedule: PollSchedule): PollSchedule => ({
  schedule: async () => {},
  listDue: (purpose, now, limit) => schedule.listDue(purpose, now, limit),
  reschedule: (entry, to) => schedule.reschedule(entry, to),
  polledOf: (payNos) => schedule.polledOf(payNos),
  tryAcquireQuerySlot: (payNo, now, nextAt) => schedule.tryAcquireQuerySlot(payNo, now, nextAt),
})
