import { describe, expect, it } from 'vitest'
import { li, openShop, paidCourse, zhang } from '../../../test/shop.js'
import { chooseCourseId, fen, outBusinessId, userId } from '../../index.js'
import { newChoice } from '../domain/course-choice.js'
import { RESEND_INTERVAL_MS, resendPaidMessages } from './resend-paid-messages.js'

const MINUTE = 60_000

/** The worker alone, before an order service that knows these choices as paid. */
async function openResend(...paid: readonly string[]) {
  const shop = await openShop()
  const asked: string[] = []
  const known = new Set(paid)
  let failures = 0
  const resendMessage = async (_: string, id: string) => {
    asked.push(id)
    if (failures > 0) {
      failures -= 1
      throw new Error('the order service is away')
    }
    return known.has(id) ? ('sent' as const) : ('not_paid' as const)
  }
  const round = resendPaidMessages(
    { store: shop.learningStore, clock: shop.clock },
    { resendMessage },
    { usual: 2, afterFind: 3 },
  )
  return { shop, asked, known, round, fail: () => (failures += 1) }
}

describe('the resend worker', () => {
  it('asks about choices that have waited for more than a minute, and no others', async () => {
    const { shop, asked, round } = await openResend()
    const { id } = await shop.choose(zhang)
    shop.clock.advance(MINUTE)
    await shop.choose(li)
    expect(await round()).toEqual({ checked: 0, resent: 0 })
    shop.clock.advance(MINUTE / 2)
    expect(await round()).toEqual({ checked: 1, resent: 0 })
    expect(asked).toEqual([id])
  })

  it('walks all choices, a batch each round, and begins again half a minute after the last beginning', async () => {
    const { shop, asked, round } = await openResend()
    const ids: string[] = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push((await shop.choose(userId(name))).id)
    shop.clock.advance(2 * MINUTE)
    const sizes = [await round(), await round(), await round()].map(({ checked }) => checked)
    expect(sizes).toEqual([2, 2, 1])
    expect(asked).toEqual(ids)
    shop.clock.advance(MINUTE / 2 - 1)
    expect(await round()).toEqual({ checked: 0, resent: 0 })
    expect(asked).toEqual(ids)
    shop.clock.advance(1)
    await round()
    expect(asked).toEqual([...ids, ids[0], ids[1]])
  })

  it('takes larger batches behind the first lost message of a walk, with unpaid choices between them', async () => {
    const { shop, known, round } = await openResend()
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    const ids: string[] = []
    for (const name of names) ids.push(outBusinessId((await shop.choose(userId(name))).id))
    for (const index of [0, 8]) known.add(ids[index] ?? '')
    shop.clock.advance(2 * MINUTE)
    const reports: unknown[] = []
    for (let count = 0; count < 4; count += 1) reports.push(await round())
    expect(reports).toEqual([
      { checked: 2, resent: 1 },
      { checked: 3, resent: 0 },
      { checked: 3, resent: 0 },
      { checked: 1, resent: 1 },
    ])
  })

  it('asks about a choice that was superseded while its code was given out', async () => {
    const { shop, asked, round } = await openResend()
    const { id } = await shop.choose(zhang)
    shop.learningStore.publish({ ...paidCourse, price: fen(8_800) })
    const next = await shop.choose(zhang)
    shop.clock.advance(2 * MINUTE)
    await round()
    expect(asked).toEqual([id, next.id])
  })

  it('asks again about the same choices when the order service could not be reached', async () => {
    const { shop, asked, fail, round } = await openResend()
    const { id } = await shop.choose(zhang)
    shop.clock.advance(2 * MINUTE)
    fail()
    await expect(round()).rejects.toThrow('away')
    await round()
    expect(asked).toEqual([id, id])
  })

  it('finds 6,000 lost messages of 12,000 waiting choices in 150 s, and asks 100 questions a second at most', async () => {
    const shop = await openShop()
    const now = shop.clock.now()
    for (let count = 1; count <= 12_000; count += 1) {
      const id = chooseCourseId(String(count))
      const user = userId(`u${count}`)
      shop.learningStore.rows.choices.set(id, newChoice({ id, userId: user, course: paidCourse, now }))
    }
    shop.clock.advance(2 * MINUTE)
    let [asked, sent] = [0, 0]
    const resendMessage = async () => {
      asked += 1
      if (asked % 2 === 0) return 'not_paid' as const
      sent += 1
      return 'sent' as const
    }
    const round = resendPaidMessages({ store: shop.learningStore, clock: shop.clock }, { resendMessage })
    let rounds = 0
    while (sent < 6_000) {
      const before = asked
      await round()
      rounds += 1
      expect(asked - before).toBeLessThanOrEqual(500)
      if (rounds > 100) break
    }
    expect([asked, sent]).toEqual([12_000, 6_000])
    expect(rounds * RESEND_INTERVAL_MS).toBeLessThanOrEqual(150_000)
  })

  it('ends a walk whose last batch is full with one that is empty, and forgets what it found', async () => {
    const { shop, known, asked, round } = await openResend()
    for (const name of ['a', 'b']) known.add((await shop.choose(userId(name))).id)
    shop.clock.advance(2 * MINUTE)
    const twoRounds = async () => [await round(), await round()]
    expect(await twoRounds()).toEqual([
      { checked: 2, resent: 2 },
      { checked: 0, resent: 0 },
    ])
    for (const name of ['c', 'd', 'e']) await shop.choose(userId(name))
    shop.clock.advance(2 * MINUTE)
    known.clear()
    asked.length = 0
    // Two of the old ones, then the new ones: batches of two again.
    expect(await round()).toEqual({ checked: 2, resent: 0 })
    expect(asked.length).toBe(2)
  })

  it('waits a minute before it sends the message of one choice again', async () => {
    const { shop, known, asked, round } = await openResend()
    const { id } = await shop.choose()
    known.add(id)
    const askedAfter = async (ms: number) => {
      shop.clock.advance(ms)
      asked.length = 0
      await round()
      return asked.length
    }
    expect([await askedAfter(2 * MINUTE), await askedAfter(MINUTE / 2), await askedAfter(MINUTE / 2)]).toEqual([
      1, 0, 1,
    ])
  })

  it('sends the message of one choice less and less often while nobody reads it', async () => {
    const { shop, known, asked, round } = await openResend()
    known.add((await shop.choose()).id)
    shop.clock.advance(2 * MINUTE)
    for (let count = 0; count < 24 * 120; count += 1) {
      await round()
      shop.clock.advance(30_000)
    }
    // 1, 2, 4, 8, 16 and 32 minutes, then once an hour for a day.
    expect(asked.length).toBeGreaterThan(24)
    expect(asked.length).toBeLessThan(32)
  })
})
