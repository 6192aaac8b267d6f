import { describe, expect, it } from 'vitest'
import { openDatabase } from '../src/index.js'

const message = (id: number) => ({
  id: String(id),
  messageType: 'payresult_notify',
  businessKey1: '1',
  businessKey2: '60201',
  businessKey3: null,
})

async function outboxOf(count: number) {
  const database = await openDatabase({ url: 'sqlite::memory:' })
  await database.migrate()
  const { outbox } = database.orderStores
  for (let id = 1; id <= count; id += 1) await outbox.append(message(id) as Parameters<typeof outbox.append>[0])
  return { database, outbox }
}

describe('confirms that come together', () => {
  it('take all of their messages out', async () => {
    const { database, outbox } = await outboxOf(100)
    const claimed = await outbox.claim(100, 60_000)

    const fates = await Promise.all(claimed.map((each) => outbox.delivered(each)))

    expect(fates).toEqual(Array(100).fill(true))
    expect(await database.outboxInspection.backlog()).toMatchObject({ waiting: 0 })
    await database.close()
  })

  it('do not wait for a message that is never answered', async () => {
    const { database, outbox } = await outboxOf(3)
    const [, ...answered] = await outbox.claim(3, 60_000)

    const fates = await Promise.all(answered.map((each) => outbox.delivered(each)))

    expect(fates).toEqual([true, true])
    expect(await database.outboxInspection.backlog()).toMatchObject({ waiting: 1 })
    await database.close()
  })

  it('say of each whether its lease held, when some were lost', async () => {
    const { database, outbox } = await outboxOf(5)
    const claimed = await outbox.claim(5, 60_000)
    const stolen = claimed.map((each, index) => (index % 2 === 0 ? each : { ...each, message: message(99 + index) }))

    const fates = await Promise.all(stolen.map((each) => outbox.delivered(each as (typeof claimed)[number])))

    expect(fates).toEqual([true, false, true, false, true])
    expect(await database.outboxInspection.backlog()).toMatchObject({ waiting: 2 })
    await database.close()
  })

  it('fail all of them when the store fails, and are asked again later', async () => {
    const { database, outbox } = await outboxOf(3)
    const claimed = await outbox.claim(3, 60_000)
    await database.close()

    const fates = await Promise.allSettled(claimed.map((each) => outbox.delivered(each)))

    expect(fates.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  })
})
