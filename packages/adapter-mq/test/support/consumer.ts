import type { Subscription } from '@coursepay/core'
import type { MessageHandler, ReceivedPayResultMessage } from '@coursepay/core/ports'
import { vi } from 'vitest'
import type { RabbitBroker } from '../../src/index.js'

/** A subscription whose handler notes what it gets before it does its work. */
export interface TestConsumer {
  readonly got: ReceivedPayResultMessage[]
  readonly subscription: Subscription
  /** Resolves once the handler was called this many times. */
  called(times: number): Promise<void>
}

export async function consumeQueue(
  { subscriber }: RabbitBroker,
  queue: string,
  act: MessageHandler = async () => {},
): Promise<TestConsumer> {
  const got: ReceivedPayResultMessage[] = []
  const subscription = await subscriber.subscribe(queue, async (message) => {
    got.push(message)
    await act(message)
  })
  return { got, subscription, called: (times) => until(() => got.length >= times) }
}

/** Waits for a condition, looking often. */
export async function until(isSo: () => boolean | Promise<boolean>, timeout = 12_000): Promise<void> {
  await vi.waitUntil(isSo, { timeout, interval: 10 })
}

/** A handler that stays at work until it is told to end. */
export function heldHandler() {
  const gates: PromiseWithResolvers<void>[] = []
  return {
    running: () => gates.length,
    endAll: () => {
      for (const gate of gates) gate.resolve()
    },
    async handle() {
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      await gate.promise
    },
  }
}
