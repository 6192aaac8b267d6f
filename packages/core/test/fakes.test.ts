import { describe, expect, it } from 'vitest'
import { inMemoryOrderStores, settableClock } from '../src/fakes/index.js'

describe('in-memory unit of work', () => {
  it('refuses a unit of work opened inside another, and writes nothing of either', async () => {
    const { unitOfWork, session } = inMemoryOrderStores(settableClock())

    const nested = unitOfWork.run(async (ports) => {
      await ports.outbox.claim(1, 1)
      await unitOfWork.run((inner) => inner.outbox.claim(1, 1))
    })

    await expect(nested).rejects.toThrow('nested run')
    expect(await session.read(({ outbox }) => outbox.all())).toEqual([])
  })
  it('lets a hundred units in one after the other', async () => {
    const { unitOfWork } = inMemoryOrderStores(settableClock())
    const order: number[] = []
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        unitOfWork.run(async (ports) => {
          order.push(index)
          for (let call = 0; call < 20; call += 1) await ports.outbox.claim(1, 1)
          order.push(index)
        }),
      ),
    )
    expect(order).toEqual(Array.from({ length: 200 }, (_, index) => Math.floor(index / 2)))
  })
})
