import { describe, expect, it, vi } from 'vitest'
import { sampleJournalEntry, sampleMessage, sampleOrder, samplePaidOrder } from '../../../testing/contracts/index.js'
import { inMemoryOrderStore, manualScheduler, nextTurn, settableClock } from '../../../testing/fakes/index.js'
import { type Order, OrderStatus } from '../../index.js'
import { paymentIdsInError } from '../../ports.js'
import type { OrderCommit } from '../ports/order-repository.js'
import { createOrderUpdater, withExistingOrder } from './update-order.js'

const { id, orderType, outBusinessId } = sampleOrder()
const orderIdKey = { id }
const businessKey = { orderType, outBusinessId }
const withLaterExpiry = (order: Order): Order => ({ ...order, expireDate: order.expireDate + 1 })

async function openUpdater() {
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const store = inMemoryOrderStore(clock)
  const wakeRelay = vi.fn()
  const parts = { store, scheduler, wakeRelay }
  const updateOrder = createOrderUpdater(parts)
  await updateOrder(businessKey, () => ({ after: sampleOrder(), result: null }))
  const stored = async () => (await store.orders.find(orderIdKey)) as Order
  return { clock, store, scheduler, updateOrder, stored, elsewhere: createOrderUpdater(parts), wakeRelay }
}

const decideByThrowing = () => {
  throw new Error('no')
}

/** Holds every such commit until it is allowed, and notes it. */
function holdCommits(store: ReturnType<typeof inMemoryOrderStore>, isHeld = (_: OrderCommit) => true) {
  const { commit } = store.orders
  const [committing, allowed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const commits: OrderCommit[] = []
  Object.assign(store.orders, {
    async commit(given: OrderCommit) {
      if (!isHeld(given)) return commit(given)
      commits.push(given)
      committing.resolve()
      await allowed.promise
      return commit(given)
    },
  })
  return { commits, committing: committing.promise, mayCommit: () => allowed.resolve() }
}

const decideLaterExpiry = (order: Order | null) => ({
  after: order === null ? null : withLaterExpiry(order),
  result: order?.version,
})

/** Breaks a rule: nothing paid the order. */
const decideAgainstRule = (order: Order | null) => ({
  after: order === null ? null : { ...order, status: OrderStatus.paid },
  ...{ journal: [sampleJournalEntry()], messages: [sampleMessage()], result: null },
})

describe('updateOrder', () => {
  it('raises the version with each change', async () => {
    const { updateOrder, stored } = await openUpdater()
    expect(await updateOrder(orderIdKey, decideLaterExpiry)).toBe(1)
    expect(await updateOrder(orderIdKey, decideLaterExpiry)).toBe(2)
    expect((await stored()).version).toBe(3)
  })

  it('decides again on the new order after a conflict, and commits once', async () => {
    const { store, updateOrder, scheduler, stored } = await openUpdater()
    store.faults.conflictOnce()
    const seen: unknown[] = []
    const update = updateOrder(orderIdKey, (order) => {
      seen.push(order?.version)
      return { ...decideLaterExpiry(order), messages: [sampleMessage()] }
    })
    await scheduler.advance(10)
    expect([await update, seen, (await stored()).version, store.rows.outbox.size]).toEqual([1, [1, 1], 2, 1])
  })

  it('pauses for 10, 20, 40 and 80 ms between its tries, and gives up with state_conflict after the fifth', async () => {
    const { store, updateOrder, scheduler, clock } = await openUpdater()
    const began = clock.now()
    const tries: number[] = []
    const commit = async () => {
      tries.push(clock.now() - began)
      return 'conflict'
    }
    Object.assign(store.orders, { commit })
    const update = updateOrder(orderIdKey, decideLaterExpiry).catch((error) => error.code)
    await scheduler.advance(1_000)
    expect([await update, tries]).toEqual(['state_conflict', [0, 10, 30, 70, 150]])
  })

  it('serves callers who waited together: each decides on the one before, one commit stores it all', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    const { expireDate } = await stored()
    const find = vi.fn(store.orders.find)
    Object.assign(store.orders, { find })
    const { commits, mayCommit, committing } = holdCommits(store)
    const update = (count: number) =>
      updateOrder(businessKey, (order) => ({
        ...decideLaterExpiry(order),
        ...{ messages: [sampleMessage(count)], result: Number(order?.expireDate) - expireDate },
      }))
    const first = update(1)
    await committing
    const others = Array.from({ length: 9 }, (_, index) => update(2 + index))
    mayCommit()
    expect(await Promise.all([first, ...others])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect([find.mock.calls.length, commits.map(({ messages }) => messages.length)]).toEqual([1, [1, 9]])
    expect(await stored()).toMatchObject({ expireDate: expireDate + 10, version: 3 })
  })

  it('answers a caller whose decision throws or breaks a rule alone, and the others who waited with it', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    const { expireDate } = await stored()
    const { mayCommit, committing } = holdCommits(store)
    const first = updateOrder(orderIdKey, decideLaterExpiry)
    await committing
    const waiting = [
      updateOrder(orderIdKey, decideLaterExpiry),
      updateOrder(orderIdKey, decideByThrowing),
      updateOrder(orderIdKey, decideAgainstRule),
      updateOrder(orderIdKey, decideLaterExpiry),
    ]
    await nextTurn()
    mayCommit()
    await first
    expect(await Promise.allSettled(waiting)).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { message: 'no' } },
      { status: 'rejected', reason: { code: 'invariant_violated' } },
      { status: 'fulfilled' },
    ])
    expect(await stored()).toMatchObject({ expireDate: expireDate + 3, version: 3, status: OrderStatus.unpaid })
    expect([...store.rows.journal.values()]).toMatchObject([{ verdict: expect.stringContaining('invariant violated') }])
  })

  it('answers everybody who waited with the failure of the commit: nobody learns what was not stored', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    const { mayCommit, committing } = holdCommits(store)
    const first = updateOrder(orderIdKey, decideLaterExpiry)
    await committing
    const waiting = [updateOrder(orderIdKey, decideLaterExpiry), updateOrder(orderIdKey, decideByThrowing)].map(
      (update) => update.catch(({ code }) => code),
    )
    await nextTurn()
    store.faults.breakDown()
    mayCommit()
    await first.catch(() => null)
    expect(await Promise.all(waiting)).toEqual(['store_unavailable', 'store_unavailable'])
    store.faults.recover()
    expect((await stored()).version).toBeLessThan(3)
  })

  it.each(['changed nothing', 'failed'])('reads again for a caller who waited for one that %s', async (how) => {
    const { store, updateOrder, elsewhere, stored } = await openUpdater()
    const { mayCommit, committing } = holdCommits(store, ({ before, after }) => before === after)
    const decideForJournal = (order: Order | null) => ({ after: order, journal: [sampleJournalEntry()], result: null })
    const first = updateOrder(businessKey, decideForJournal).catch((error) => error.code)
    await committing
    const last = updateOrder(businessKey, (order) => ({ after: order, result: order?.version }))
    await elsewhere(businessKey, decideLaterExpiry)
    if (how === 'failed') store.faults.loseCommitAnswerOnce()
    mayCommit()
    expect([await first, await last]).toEqual([how === 'failed' ? 'store_unavailable' : null, (await stored()).version])
  })

  it('serves callers who came together in one commit: each decides on the one before', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    const commit = vi.spyOn(store.orders, 'commit')
    await Promise.all([1, 2, 3].map(() => updateOrder(businessKey, decideLaterExpiry)))
    expect([commit.mock.calls.length, (await stored()).expireDate - sampleOrder().expireDate]).toEqual([1, 3])
  })

  it('reads the order while its decision is still being prepared', async () => {
    const { store, updateOrder } = await openUpdater()
    const prepared = Promise.withResolvers<typeof decideLaterExpiry>()
    let isRead = false
    const { find } = store.orders
    Object.assign(store.orders, {
      async find(given: Parameters<typeof find>[0]) {
        const order = await find(given)
        isRead = true
        prepared.resolve(decideLaterExpiry)
        return order
      },
    })
    expect([await updateOrder(orderIdKey, prepared.promise), isRead]).toEqual([1, true])
  })

  it('queues callers of one order inside the process, by whichever key: none conflicts', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    const { commit } = store.orders
    const answers: string[] = []
    Object.assign(store.orders, {
      async commit(given: OrderCommit) {
        const answer = await commit(given)
        answers.push(answer)
        return answer
      },
    })
    const { payments, expireDate } = await stored()
    const keys = [orderIdKey, { payNo: payments[0]?.payNo ?? ('' as never) }, businessKey]
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => updateOrder(keys[index % 3] ?? orderIdKey, decideLaterExpiry)),
    )
    expect(new Set(answers)).toEqual(new Set(['committed']))
    expect((await stored()).expireDate).toBe(expireDate + 30)
  })

  it('works on after a caller whose decision throws', async () => {
    const { updateOrder, stored } = await openUpdater()
    const failing = updateOrder(orderIdKey, decideByThrowing)
    const next = updateOrder(orderIdKey, decideLaterExpiry)
    await expect(failing).rejects.toThrow('no')
    await next
    expect((await stored()).version).toBe(2)
  })

  it('lets two processes change one order, and loses no change', async () => {
    const { updateOrder, elsewhere, scheduler, stored } = await openUpdater()
    const { expireDate } = await stored()
    const updates = Promise.all(
      [1, 2, 3].flatMap(() => [updateOrder(orderIdKey, decideLaterExpiry), elsewhere(orderIdKey, decideLaterExpiry)]),
    )
    await scheduler.advance(1_000)
    await updates
    expect((await stored()).expireDate).toBe(expireDate + 6)
  })

  it('changes nothing when a rule is broken, keeps the proof, and names the order', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    const before = await stored()
    const update = updateOrder(orderIdKey, decideAgainstRule)
    await expect(update).rejects.toMatchObject({ code: 'invariant_violated' })
    await expect(update).rejects.toThrow(orderIdKey.id)
    expect(await stored()).toEqual(before)
    expect(store.rows.outbox.size).toBe(0)
    expect([...store.rows.journal.values()]).toMatchObject([
      { id: sampleJournalEntry().id, verdict: expect.stringContaining('exactly if one payment is booked') },
    ])
  })

  it('changes nothing and keeps nothing when a rule is broken without a proof', async () => {
    const { store, updateOrder } = await openUpdater()
    const paid = { ...sampleOrder(), status: OrderStatus.paid }
    const update = updateOrder(orderIdKey, () => ({ after: paid, result: null }))
    await expect(update).rejects.toMatchObject({ code: 'invariant_violated' })
    expect(store.rows.journal.size).toBe(0)
  })

  it('takes a proof that changes nothing of an order whose stored state breaks a rule', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    store.rows.orders.set(orderIdKey.id, { ...(await stored()), status: OrderStatus.paid })
    await updateOrder(orderIdKey, (order) => ({ after: order, journal: [sampleJournalEntry()], result: null }))
    expect([...store.rows.journal.values()]).toEqual([sampleJournalEntry()])
  })

  it('keeps the proof of a decision that found no order, and changes none', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    const before = await stored()
    await updateOrder(orderIdKey, () => ({ after: null, journal: [sampleJournalEntry()], result: null }))
    expect([await stored(), store.rows.journal.size]).toEqual([before, 1])
    await expect(updateOrder({ id: '9' as never }, withExistingOrder(decideLaterExpiry))).rejects.toMatchObject({
      code: 'order_not_found',
    })
  })

  it('names the payment that it was asked for and the order that it found, on every error', async () => {
    const { store, updateOrder, stored } = await openUpdater()
    const payNo = (await stored()).payments[0]?.payNo ?? ('' as never)
    const failing = updateOrder({ payNo }, decideByThrowing)
    expect(await failing.catch(paymentIdsInError)).toEqual({ payNo, orderId: orderIdKey.id })
    store.faults.breakDown()
    expect(await updateOrder({ payNo }, decideLaterExpiry).catch(paymentIdsInError)).toEqual({ payNo })
    expect(await updateOrder(orderIdKey, decideLaterExpiry).catch(paymentIdsInError)).toEqual({})
  })

  it('stores a proof about no order in the journal alone', async () => {
    const { store, updateOrder } = await openUpdater()
    const unknown = { payNo: samplePaidOrder(9).payments[0]?.payNo ?? ('' as never) }
    await updateOrder(unknown, (order) => ({ after: order, journal: [sampleJournalEntry()], result: null }))
    expect(store.rows.journal.size).toBe(1)
  })

  it('commits nothing when nothing is decided', async () => {
    const { store, updateOrder } = await openUpdater()
    store.faults.loseCommitAnswerOnce()
    expect(await updateOrder(orderIdKey, (order) => ({ after: order, result: 'as it was' }))).toBe('as it was')
  })

  it('wakes the relay after a commit with a message, and after no other', async () => {
    const { updateOrder, wakeRelay } = await openUpdater()
    await updateOrder(orderIdKey, decideLaterExpiry)
    await updateOrder(orderIdKey, (order) => ({ ...decideLaterExpiry(order), messages: [] }))
    expect(wakeRelay).not.toHaveBeenCalled()
    await updateOrder(orderIdKey, (order) => ({ ...decideLaterExpiry(order), messages: [sampleMessage()] }))
    expect(wakeRelay).toHaveBeenCalledOnce()
  })
})
