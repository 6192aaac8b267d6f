import { EventEmitter } from 'node:events'
import type { ConfirmChannel, Options } from 'amqplib'

interface Publish {
  readonly content: string
  readonly options: Options.Publish
  readonly confirm: (error: Error | null) => void
}

/** A confirm channel whose broker does what the test says. */
export interface FakeChannel {
  readonly channel: ConfirmChannel
  readonly publishes: Publish[]
  /** What the next publish throws. */
  throwNext(error: Error): void
  /** The broker could not route this publish; the confirm comes apart. */
  returnTo(publish: Publish | undefined, replyText?: string): void
  /** The broker closes the channel, as amqplib tells it. */
  breakOff(text: string): void
  readonly calls: string[]
}

export function fakeChannel(): FakeChannel {
  const events = new EventEmitter()
  const publishes: Publish[] = []
  const thrown: Error[] = []
  const calls: string[] = []
  const methods = {
    publish(_exchange: string, _key: string, content: Buffer, options: Options.Publish, confirm: Publish['confirm']) {
      const error = thrown.shift()
      if (error !== undefined) throw error
      publishes.push({ content: content.toString(), options, confirm })
      return true
    },
    close: async () => void calls.push('close'),
    ack: () => calls.push('ack'),
    nack: (_message: unknown, _all: boolean, requeue: boolean) => calls.push(`nack ${requeue}`),
    reject: (_message: unknown, requeue: boolean) => calls.push(`reject ${requeue}`),
  }
  return {
    channel: Object.assign(events, methods) as unknown as ConfirmChannel,
    publishes,
    calls,
    throwNext: (error) => void thrown.push(error),
    returnTo(publish, replyText = 'NO_ROUTE') {
      events.emit('return', { fields: { replyText }, properties: publish?.options ?? {} })
    },
    breakOff(text) {
      events.emit('error', new Error(text))
      for (const { confirm } of publishes) confirm(new Error('channel closed'))
      events.emit('close')
    },
  }
}
