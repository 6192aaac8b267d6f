import type { DeadMessage, OperationsView, PayRecord, Refund } from '../../src/index.js'
import { type OrderStoresHarness, operationsViewContract, sampleMessage } from '../../testing/contracts/index.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import {
  changed,
  failingWith,
  forgetful,
  leaking,
  rounded,
  type Sabotage,
  sabotaged,
  untranslated,
} from './sabotage.js'

const inView =
  (
    fault: (view: OperationsView, harness: OrderStoresHarness) => Partial<OperationsView>,
  ): Sabotage<OrderStoresHarness> =>
  (harness) =>
    changed(harness, {
      get operations() {
        return { ...harness.operations, ...fault(harness.operations, harness) }
      },
    })

const deadAs = (spoil: (dead: readonly DeadMessage[]) => readonly DeadMessage[]) =>
  inView((view) => ({ deadMessages: async (limit) => spoil(await view.deadMessages(limit)) }))

const refundsAs = (spoil: (refunds: readonly Refund[]) => readonly Refund[]) =>
  inView((view) => ({ openRefunds: async (limit) => spoil(await view.openRefunds(limit)) }))

const heldAs = (spoil: (payments: readonly PayRecord[]) => readonly PayRecord[]) =>
  inView((view) => ({ heldPayments: async (limit) => spoil(await view.heldPayments(limit)) }))

/** Looks at the reason alone, or at the lack of a lease: everything in the outbox seems dead. */
const allDead = inView((_view, { stores }) => ({
  async deadMessages(limit) {
    const due = await stores.outbox.claim(limit, 1)
    return due.map(({ message, attempts }) => ({ message, attempts, reason: '', diedAt: 0 }))
  },
}))

/** Reads what an open unit of work has written. */
const readsWrites: Sabotage<OrderStoresHarness> = (harness) => {
  const opened: Refund[] = []
  return changed(harness, {
    unitOfWork: {
      run: (work) =>
        harness.unitOfWork.run((stores) => {
          const open = (refund: Refund) => {
            opened.push(refund)
            return stores.refunds.open(refund)
          }
          return work({ ...stores, refunds: { ...stores.refunds, open } })
        }),
    },
    get operations() {
      return { ...harness.operations, openRefunds: async () => opened }
    },
  })
}

export const operationsViewSabotage = sabotaged(operationsViewContract, orderStoresHarness, {
  'shows a dead message with its reason and its attempts': deadAs((dead) =>
    dead.map((each) => ({ ...each, attempts: 0 })),
  ),
  'tells when a message died': deadAs((dead) => dead.map((each) => ({ ...each, diedAt: 0 }))),
  'shows the longest dead first': deadAs((dead) =>
    [...dead].sort((one, two) => (one.message.id < two.message.id ? -1 : 1)),
  ),
  'shows no more dead messages than asked for': inView((view) => ({ deadMessages: () => view.deadMessages(100) })),
  'shows no message that waits, is on its way or was put back': allDead,

  'finds a dead message by its id, and null for any other': inView((view) => ({
    deadMessage: async () => (await view.deadMessages(1))[0] ?? null,
  })),

  'keeps ids of messages above 2^53 apart': inView((view) => ({
    async deadMessage(id) {
      const all = await view.deadMessages(100)
      return all.find(({ message }) => rounded(message.id) === rounded(id)) ?? null
    },
  })),

  'shows refunds that are pending, oldest first': refundsAs((refunds) => [...refunds].reverse()),

  // Asks for what is due, and so overlooks what a worker holds.
  'shows a refund that somebody works on': inView((_view, { stores }) => ({
    openRefunds: (limit) => stores.refunds.claimDue(limit, 1),
  })),

  'shows a refund that failed and that no operator knows of': refundsAs((refunds) =>
    refunds.filter(({ status }) => status === 'pending'),
  ),

  'shows no refund that ended': inView((_view, { stores }) => ({
    openRefunds: async () => stores.refunds.listOf('7123456789012345001' as never),
  })),
  'shows no more refunds than asked for': inView((view) => ({ openRefunds: () => view.openRefunds(100) })),

  'shows payments that are held, oldest first': heldAs((payments) => [...payments].reverse()),

  // Goes by what the money was, and not by what became of it.
  'shows no payment that was booked, goes back or was given back': inView((_view, { stores }) => ({
    async heldPayments() {
      const all = await stores.payRecords.listOf('7123456789012345001' as never)
      return all.filter(({ receipt }) => receipt === 'held')
    },
  })),
  'shows no more held payments than asked for': inView((view) => ({ heldPayments: () => view.heldPayments(100) })),

  'counts how many there are in each state': inView((view) => ({
    counts: async () => ({ ...(await view.counts()), payRecords: {} }),
  })),

  'shows nothing where nothing is': inView((view) => ({
    deadMessages: async (limit) => {
      const dead = await view.deadMessages(limit)
      return dead.length > 0 ? dead : [{ message: sampleMessage(), reason: '', attempts: 0, diedAt: 0 }]
    },
  })),

  // Puts back what it shows.
  'changes nothing, and shows the same to many at once': inView((view, { outboxInspection }) => ({
    async deadMessages(limit) {
      const dead = await view.deadMessages(limit)
      for (const { message } of dead) await outboxInspection.redeliver(message.id)
      return dead
    },
  })),

  'sees only what is committed': readsWrites,
  'keeps what waits over a restart': forgetful(orderStoresHarness),

  'shares no object with its callers': (harness) => {
    let kept: readonly DeadMessage[] | null = null
    return inView((view) => ({
      async deadMessages(limit) {
        kept ??= await view.deadMessages(limit)
        return kept
      },
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': inView((view) => failingWith(view, untranslated)),
  'leaves no secret in its errors': inView((view) => failingWith(view, leaking)),
})
