import { OrderStatus } from '../shared/status-codes.js'
import { ensure, equal, failureOf, rejectsWithCode } from './assertions.js'
import { defineContract } from './define-contract.js'
import { sampleEvidence, sampleMessage, sampleOrder, samplePayRecord } from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack } from './store-harness.js'

const order = sampleOrder()

const run = ({ unitOfWork }: OrderStoresHarness) => unitOfWork.run(({ orders }) => orders.insertOrRead(order))

/** On the order service's stores; every other unit of work of an adapter is made by the same code. */
export const unitOfWorkContract = defineContract<OrderStoresHarness>()('UnitOfWork', {
  'answers what the work returns': async ({ unitOfWork }) => {
    equal(await unitOfWork.run(async () => ({ booked: true })), { booked: true })
  },

  'writes to every store at once': async ({ unitOfWork, storedIds }) => {
    await unitOfWork.run(async ({ orders, payRecords, outbox, journal }) => {
      await orders.insertOrRead(order)
      await payRecords.insert(samplePayRecord(order))
      await outbox.append(sampleMessage())
      await journal.record(sampleEvidence())
    })
    equal(await storedIds('orders'), [order.id])
    equal(await storedIds('payRecords'), [samplePayRecord(order).payNo])
    equal(await storedIds('outbox'), [sampleMessage().id])
    equal(await storedIds('journal'), [sampleEvidence().id])
  },

  'writes to no store when the work fails at its end': async (harness) => {
    await rolledBack(harness, async ({ orders, payRecords, outbox, journal }) => {
      await orders.insertOrRead(order)
      await payRecords.insert(samplePayRecord(order))
      await outbox.append(sampleMessage())
      await journal.record(sampleEvidence())
    })
    for (const table of ['orders', 'payRecords', 'outbox', 'journal'] as const) {
      equal(await harness.storedIds(table), [], table)
    }
  },

  'lets the error of the work out unchanged': async ({ unitOfWork }) => {
    const error = new RangeError('thrown by the work')
    const failure = await failureOf(unitOfWork.run(() => Promise.reject(error)))
    ensure(failure === error, 'What comes out is the very error that the work threw.')
  },

  'takes back everything when a store refuses': async ({ unitOfWork, stores, storedIds }) => {
    await stores.orders.insertOrRead(order)
    await stores.payRecords.insert(samplePayRecord(order))
    const refused = unitOfWork.run(async ({ payRecords, outbox }) => {
      await outbox.append(sampleMessage())
      await payRecords.insert(samplePayRecord(order))
    })
    await rejectsWithCode(refused, 'state_conflict')
    equal(await storedIds('outbox'), [])
  },

  'serves the next unit after one that failed': async (harness) => {
    await rolledBack(harness, ({ orders }) => orders.insertOrRead(order))
    await run(harness)
    equal(await harness.storedIds('orders'), [order.id])
  },

  'sees its own writes': async ({ unitOfWork }) => {
    const seen = await unitOfWork.run(async ({ orders }) => {
      await orders.insertOrRead(order)
      await orders.change(order.id, { from: OrderStatus.unpaid, to: OrderStatus.paid })
      return orders.find(order.id)
    })
    equal(seen, { ...order, status: OrderStatus.paid })
  },

  'has everything durable once it answers': async (harness) => {
    await run(harness)
    await harness.reopen()
    equal(await harness.stores.orders.find(order.id), order)
  },

  'shows none of its writes to others while it runs': async (harness) => {
    await harness.stores.orders.insertOrRead(order)
    const seen: Promise<unknown>[] = []
    await rolledBack(harness, async ({ orders, payRecords }) => {
      await orders.change(order.id, { from: OrderStatus.unpaid, to: OrderStatus.paid })
      await payRecords.insert(samplePayRecord(order))
      seen.push(harness.stores.orders.find(order.id), harness.stores.payRecords.listOf(order.id))
      await orders.find(order.id)
    })
    equal(await Promise.all(seen), [order, []])
  },

  'runs units on the same row as if one after the other': async ({ unitOfWork, stores }) => {
    await stores.orders.insertOrRead(order)
    await atOnce(8, () =>
      unitOfWork.run(async ({ orders, outbox }) => {
        const won = await orders.change(order.id, { from: OrderStatus.unpaid, to: OrderStatus.paid })
        await outbox.append(sampleMessage(won ? 1 : 2))
        if (!won) equal((await orders.find(order.id))?.status, OrderStatus.paid, 'what a loser reads')
      }),
    )
    equal((await stores.outbox.claim(10, 1_000)).length, 2, 'the messages of the winner and of the losers')
  },

  'runs the work again after a conflict, and keeps only what the last run wrote': async (harness) => {
    await harness.conflictOnce()
    let runs = 0
    const answer = await harness.unitOfWork.run(async ({ orders, outbox }) => {
      runs += 1
      await orders.insertOrRead(order)
      await outbox.append(sampleMessage(runs))
      return runs
    })
    ensure(runs > 1, 'The work is run again.')
    equal(answer, runs, 'the answer')
    equal(await harness.storedIds('outbox'), [sampleMessage(runs).id])
  },

  'fails with store_unavailable when the store cannot be reached': async (harness) => {
    await harness.breakDown()
    await rejectsWithCode(run(harness), 'store_unavailable')
  },

  'fails with store_unavailable when it is not known whether the commit was done': async (harness) => {
    await harness.loseCommitAnswerOnce()
    await rejectsWithCode(run(harness), 'store_unavailable')
    await run(harness)
    equal(await harness.storedIds('orders'), [order.id])
  },

  'refuses a call of its stores after its end': async ({ unitOfWork, storedIds }) => {
    const kept = await unitOfWork.run(async (stores) => [stores])
    await failureOf(Promise.all(kept.map(({ orders }) => orders.insertOrRead(order))))
    equal(await storedIds('orders'), [])
  },

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => [run(harness)]),
})
