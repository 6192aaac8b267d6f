import { nextTurn } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { createPublishWindow } from '../src/rabbit/publish-window.js'

/** Asks for room and notes the answer when it comes. */
function asker(window: ReturnType<typeof createPublishWindow>) {
  const answers: string[] = []
  const ask = (name: string, bytes: number): void => {
    void window.acquire(bytes).then((taken) => answers.push(`${name}: ${taken}`))
  }
  return { answers, ask }
}

describe('the window of unconfirmed messages', () => {
  it('lets in as many as its count, and the next one when one is confirmed', async () => {
    const window = createPublishWindow({ maxMessages: 2, maxBytes: 1_000 })
    const { answers, ask } = asker(window)
    for (const name of ['a', 'b', 'c']) ask(name, 1)
    await nextTurn()
    expect(answers).toEqual(['a: true', 'b: true'])
    window.release(1)
    await nextTurn()
    expect(answers).toEqual(['a: true', 'b: true', 'c: true'])
  })

  it('lets in as many as its bytes', async () => {
    const window = createPublishWindow({ maxMessages: 100, maxBytes: 10 })
    const { answers, ask } = asker(window)
    ask('a', 6)
    ask('b', 5)
    await nextTurn()
    expect(answers).toEqual(['a: true'])
    window.release(6)
    await nextTurn()
    expect(answers).toEqual(['a: true', 'b: true'])
  })

  it('lets nobody overtake a large one that waits', async () => {
    const window = createPublishWindow({ maxMessages: 100, maxBytes: 10 })
    const { answers, ask } = asker(window)
    ask('a', 6)
    ask('large', 10)
    ask('small', 1)
    expect(window.tryAcquire(1)).toBe(false)
    await nextTurn()
    expect(answers).toEqual(['a: true'])
    window.release(6)
    await nextTurn()
    expect(answers).toEqual(['a: true', 'large: true'])
  })

  it('turns away everyone who waits, and nobody who is in', async () => {
    const window = createPublishWindow({ maxMessages: 1, maxBytes: 10 })
    const { answers, ask } = asker(window)
    for (const name of ['a', 'b', 'c']) ask(name, 1)
    window.rejectWaiters()
    await nextTurn()
    expect(answers).toEqual(['a: true', 'b: false', 'c: false'])
    window.release(1)
    expect(window.tryAcquire(1)).toBe(true)
  })

  it('says when nothing is on the way any more', async () => {
    const window = createPublishWindow({ maxMessages: 2, maxBytes: 10 })
    await window.waitUntilEmpty()
    window.tryAcquire(1)
    window.tryAcquire(1)
    let empty = false
    void window.waitUntilEmpty().then(() => {
      empty = true
    })
    window.release(1)
    await nextTurn()
    expect(empty).toBe(false)
    window.release(1)
    await nextTurn()
    expect(empty).toBe(true)
  })
})
