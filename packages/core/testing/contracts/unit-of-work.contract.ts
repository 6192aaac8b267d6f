import type { Order } from '../../src/orders/domain/order.js'
import type { OrderStores } from '../../src/orders/ports/order-stores.js'
import { OrderStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, failureOf, rejectsWithCode } from './assertions.js'
import { defineContract } from './define-contract.js'
import { sampleEvidence, sampleMessage, sampleOrder, samplePayRecord } from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack } from './store-harness.js'

const order = sampleOrder()

const run = ({ unitOfWork }: OrderStoresHarness) => unitOfWork.run(({ orders }) => orders.insertOrRead(order))

const CHANGES_LAST = { changesLast: true }

/** Reads, and asks for all changes in one turn. */
async function pay({ orders, outbox }: OrderStores, { id }: Order, count: number): Promise<void> {
  const found = await orders.find(id)
  const changes = [
    orders.change(id, { from: OrderStatus.unpaid, to: OrderStatus.paid }),
    outbox.append(sampleMessage(count)),
  ] as const
  const [won] = await Promise.all(changes)
  if (found === null || !won) throw new RangeError('The order was paid by somebody else.')
}

const statusesOf = ({ stores }: OrderStoresHarness, orders: readonly Order[]) =>
  Promise.all(orders.map(async ({ id }) => (await stores.orders.find(id))?.status))

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

  'commits units that change last at once, each whole': async (harness) => {
    const { unitOfWork, stores, storedIds } = harness
    const orders = Array.from({ length: 8 }, (_, count) => sampleOrder(count))
    for (const each of orders) await stores.orders.insertOrRead(each)
    await Promise.all(orders.map((each, count) => unitOfWork.run((bound) => pay(bound, each, count), CHANGES_LAST)))
    await harness.reopen()
    equal(await statusesOf(harness, orders), Array(8).fill(OrderStatus.paid))
    equal((await storedIds('outbox')).length, 8, 'the number of messages')
  },

  'takes back only the one that fails of units that change last at once': async (harness) => {
    const { unitOfWork, stores } = harness
    const orders = Array.from({ length: 5 }, (_, count) => sampleOrder(count))
    for (const each of orders) await stores.orders.insertOrRead(each)
    const error = new RangeError('thrown by the work')
    const outcomes = await Promise.allSettled(
      orders.map((each, count) =>
        unitOfWork.run(async (bound) => {
          await pay(bound, each, count)
          if (count === 2) throw error
        }, CHANGES_LAST),
      ),
    )
    const failures = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : null))
    equal(failures, [null, null, error, null, null])
    const { paid, unpaid } = OrderStatus
    equal(await statusesOf(harness, orders), [paid, paid, unpaid, paid, paid])
    equal((await harness.storedIds('outbox')).includes(sampleMessage(2).id), false, 'its message is stored')
  },

  'lets one of many units win that change the same row last at once': async (harness) => {
    await harness.stores.orders.insertOrRead(order)
    const wins = await atOnce(8, (count) =>
      harness.unitOfWork
        .run((bound) => pay(bound, order, count), CHANGES_LAST)
        .then(
          () => true,
          () => false,
        ),
    )
    equal(wins.filter(Boolean).length, 1, 'the number of winners')
    equal(await harness.storedIds('outbox'), [sampleMessage(wins.indexOf(true)).id])
  },

  'runs a unit that goes on behind its changes, whatever its shape said': async ({ unitOfWork, stores, storedIds }) => {
    await stores.orders.insertOrRead(order)
    const seen = await unitOfWork.run(async (bound) => {
      await pay(bound, order, 1)
      const found = await bound.orders.find(order.id)
      await bound.outbox.append(sampleMessage(2))
      return found?.status
    }, CHANGES_LAST)
    equal(seen, OrderStatus.paid)
    equal((await stores.orders.find(order.id))?.status, OrderStatus.paid)
    equal([...(await storedIds('outbox'))].sort(), [sampleMessage(1).id, sampleMessage(2).id])
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
