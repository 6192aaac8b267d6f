import { describe, expect, it } from 'vitest'
import { li, openShop, zhang } from '../../../test/shop.js'
import { outBusinessId, userId } from '../../index.js'
import { redeliverWaiting } from './redeliver-waiting.js'

const MINUTE = 60_000

/** The worker alone, before an order service that knows these choices as paid. */
async function open(...paid: readonly string[]) {
  const shop = await openShop()
  const asked: string[] = []
  const known = new Set(paid)
  const resendMessage = async (_: string, id: string) => {
    asked.push(id)
    return known.has(id) ? ('sent' as const) : ('not_paid' as const)
  }
  const round = redeliverWaiting({ store: shop.learningStore, clock: shop.clock }, { resendMessage }, 2)
  return { shop, asked, known, round }
}

describe('the redelivery worker', () => {
  it('asks about choices that have waited for more than a minute, and no others', async () => {
    const { shop, asked, round } = await open()
    const { id } = await shop.choose(zhang)
    shop.clock.advance(MINUTE)
    await shop.choose(li)
    expect(await round()).toEqual({ checked: 0, resent: 0, more: false })
    shop.clock.advance(1)
    expect(await round()).toEqual({ checked: 1, resent: 0, more: false })
    expect(asked).toEqual([id])
  })

  it('walks all choices, a batch each round, and begins again', async () => {
    const { shop, asked, round } = await open()
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) ids.push((await shop.choose(userId(name))).id)
    shop.clock.advance(2 * MINUTE)
    for (let count = 0; count < 3; count += 1) await round()
    expect(asked).toEqual([...ids, ids[0], ids[1]])
  })

  it('goes on at once while a full batch holds paid ones', async () => {
    const { shop, known, round } = await open()
    for (const name of ['a', 'b', 'c']) known.add(outBusinessId((await shop.choose(userId(name))).id))
    shop.clock.advance(2 * MINUTE)
    expect(await round()).toEqual({ checked: 2, resent: 2, more: true })
    expect(await round()).toEqual({ checked: 1, resent: 1, more: false })
  })

  it('sends the message of one choice less and less often while nobody reads it', async () => {
    const { shop, known, asked, round } = await open()
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
