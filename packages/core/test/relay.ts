import { relayOutbox } from '../src/assembly.js'
import { CheckoutError, MessageType } from '../src/index.js'
import type { DeliveryOutcome, PayResultMessage, PublishOutcome } from '../src/ports.js'
import { inMemoryOrderStore, settableClock } from '../testing/fakes/index.js'

const message = (id: string) =>
  ({
    id,
    messageType: MessageType.payResult,
    businessKey1: '1',
    businessKey2: '60201',
    businessKey3: null,
  }) as PayResultMessage

export function outboxWith(...ids: string[]) {
  const clock = settableClock()
  const { outbox, rows, faults } = inMemoryOrderStore(clock)
  const append = (id: string) =>
    rows.outbox.set(id, {
      ...{ message: message(id), appendedAt: clock.now(), dueAt: clock.now(), token: null },
      ...{ attempts: 0, claims: 0, reason: null, diedAt: null },
    })
  for (const id of ids) append(id)
  const sent: string[] = []
  const relay = (outcome: PublishOutcome, settings?: Parameters<typeof relayOutbox>[2]) => {
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return outcome
    }
    return relayOutbox(outbox, { publish, timeLimitMs: LIMIT }, settings)()
  }
  return { clock, outbox, rows, append, faults, sent, relay, backlog: () => outbox.backlog() }
}

export const LIMIT = 5_000
export const confirmed = { kind: 'confirmed' } as const
export const refused = { kind: 'refused', reason: 'no queue is bound' } as const
export const unknown = { kind: 'unknown', reason: 'channel closed' } as const

export const isAcknowledge = ({ kind }: DeliveryOutcome) => kind === 'acknowledge'
export const storeIsAway = () => Promise.reject<never>(new CheckoutError('store_unavailable', 'The store is away.'))
