import { OrderStatus, type PayNo, PayStatus } from '../../src/index.js'
import {
  inGateway,
  inOrderParts,
  inOrderProgram,
  inOrderStores,
  type PlantedBug,
  withoutSafetyNet,
} from './faulty-program.js'

const text = new TextDecoder()

/** Ways to get a payment wrong. */
export const paymentBugs: readonly PlantedBug[] = [
  inOrderStores('settles without looking whether its conditional writes changed a row', (stores) => ({
    ...stores,
    orders: { ...stores.orders, change: async (id, change) => (await stores.orders.change(id, change)) || true },
    payRecords: {
      ...stores.payRecords,
      change: async (id, change) => (await stores.payRecords.change(id, change)) || true,
    },
  })),

  inOrderProgram('answers success before the commit', (program) => ({
    ...program,
    door: {
      ...program.door,
      async receiveNotify(body) {
        void program.door.receiveNotify(body).catch(() => null)
        return { answer: 'success', verdict: 'on its way' }
      },
    },
  })),

  inOrderProgram('answers success when the store is down', (program) => ({
    ...program,
    door: {
      ...program.door,
      receiveNotify: (body) => program.door.receiveNotify(body).catch(() => ({ answer: 'success', verdict: 'failed' })),
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
        const payRecord = await parts.stores.payRecords.find({ payNo: reading.evidence.outTradeNo as PayNo })
        const totalAmount = payRecord?.totalPrice ?? reading.evidence.totalAmount
        return { kind: 'genuine', evidence: { ...reading.evidence, totalAmount } }
      },
    },
  })),

  inGateway('takes an unknown answer for a payment', (gateway, { stores, clock }) => ({
    async query(payNo) {
      const answer = await gateway.query(payNo)
      const payRecord = await stores.payRecords.find({ payNo })
      if (answer.kind !== 'unknown' || payRecord === null) return answer
      const { appId, sellerId } = gateway.merchant
      const trade = { tradeNo: 'unknown', tradeStatus: 'paid', paidAt: clock.now() } as const
      const amounts = { totalAmount: payRecord.totalPrice, refundedAmount: 0 as typeof payRecord.totalPrice }
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

  inOrderProgram('un-pays an order when its trade is closed', (program, { notifyReader, unitOfWork }) => ({
    ...program,
    door: {
      ...program.door,
      async receiveNotify(body) {
        const answer = await program.door.receiveNotify(body)
        const reading = await notifyReader.read(body)
        if (reading.kind !== 'genuine' || reading.evidence.tradeStatus !== 'closed') return answer
        const payNo = reading.evidence.outTradeNo as PayNo
        await unitOfWork.run(async ({ orders, payRecords }) => {
          const payRecord = await payRecords.find({ payNo })
          if (payRecord?.status !== PayStatus.paid) return
          await orders.change(payRecord.orderId, { from: OrderStatus.paid, to: OrderStatus.closed })
          await payRecords.change(payNo, { from: PayStatus.paid, to: PayStatus.closed })
        })
        return answer
      },
    },
  })),

  withoutSafetyNet(
    inOrderProgram('closes expired orders without asking the gateway', (program, { stores, unitOfWork, clock }) => ({
      ...program,
      workers: {
        ...program.workers,
        async expireOrders() {
          const overdue = await stores.orders.listOverdue(clock.now(), 100)
          for (const { id } of overdue) {
            await unitOfWork.run(async ({ orders, payRecords }) => {
              if (!(await orders.change(id, { from: OrderStatus.unpaid, to: OrderStatus.closed }))) return
              for (const { payNo } of await payRecords.listOf(id)) {
                await payRecords.change(payNo, { from: PayStatus.unpaid, to: PayStatus.closed })
              }
            })
          }
          return { closed: overdue.length, unclear: 0, more: false }
        },
      },
    })),
  ),

  inOrderStores('keeps no rejected notification', (stores) => ({
    ...stores,
    journal: {
      ...stores.journal,
      record: async (entry) => {
        if (entry.verdict !== 'bad_signature') await stores.journal.record(entry)
      },
    },
  })),
]
