import { expect, it } from 'vitest'
import { InFlightCalls } from '../src/sql/in-flight-calls.js'

it('closing waits for the calls under way, for what they have begun and for one that fails, and refuses later ones', async () => {
  const calls = new InFlightCalls()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const other = Promise.withResolvers<string>()
  const running = [calls.run(() => promise), calls.track(other.promise)]
  const outcomes = Promise.allSettled(running)
  let isClosed = false
  const closing = calls.close().then(() => {
    isClosed = true
  })
  await expect(calls.run(async () => 'late')).rejects.toMatchObject({ code: 'store_unavailable' })
  reject(new Error('refused'))
  await new Promise(setImmediate)
  expect(isClosed).toBe(false)
  other.resolve('done')
  await closing
  resolve('too late')
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
})
