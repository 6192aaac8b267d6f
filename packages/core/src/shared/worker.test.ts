import { describe, expect, it } from 'vitest'
import { manualScheduler, nextTurn, settableClock } from '../../testing/fakes/index.js'
import { createWorker } from './worker.js'

function workerOf(runOnce: () => Promise<{ more: boolean }>) {
  const scheduler = manualScheduler(settableClock())
  const errors: unknown[] = []
  const worker = createWorker({ runOnce, intervalMs: 1_000, onError: (error) => errors.push(error) }, scheduler)
  return { worker, scheduler, errors }
}

describe('a worker', () => {
  it('runs at its start, then once in each interval, and at once when woken', async () => {
    let rounds = 0
    const { worker, scheduler } = workerOf(async () => {
      rounds += 1
      return { more: false }
    })
    worker.start()
    await scheduler.advance(2_000)
    expect(rounds).toBe(3)
    worker.wake()
    await nextTurn()
    expect(rounds).toBe(4)
    await worker.stop()
  })

  it('runs again without waiting while there is more to do', async () => {
    let left = 5
    const { worker } = workerOf(async () => {
      left -= 1
      return { more: left > 0 }
    })
    worker.start()
    await nextTurn()
    expect(left).toBe(0)
    await worker.stop()
  })

  it('never overlaps itself, and a wake during a round makes one more', async () => {
    let running = 0
    let most = 0
    let rounds = 0
    const { worker } = workerOf(async () => {
      running += 1
      rounds += 1
      most = Math.max(most, running)
      await nextTurn()
      running -= 1
      return { more: false }
    })
    worker.start()
    for (let wakes = 0; wakes < 10; wakes += 1) worker.wake()
    for (let turns = 0; turns < 6; turns += 1) await nextTurn()
    expect([most, rounds]).toEqual([1, 2])
    await worker.stop()
  })

  it('reports a failed round and starts the next one in time', async () => {
    let rounds = 0
    const { worker, scheduler, errors } = workerOf(async () => {
      rounds += 1
      throw new Error('store down')
    })
    worker.start()
    await scheduler.advance(1_000)
    expect([rounds, errors.length]).toEqual([2, 2])
    await worker.stop()
  })

  it('stops when the round that runs is over, and begins no other', async () => {
    let rounds = 0
    const { worker, scheduler } = workerOf(async () => {
      rounds += 1
      await nextTurn()
      return { more: true }
    })
    worker.start()
    await worker.stop()
    worker.wake()
    await scheduler.advance(5_000)
    expect(rounds).toBe(1)
    expect(scheduler.pending()).toBe(0)
  })
})
