import type { ClaimedMessage, DeliveryOutcome, OutboxPort } from '../shared/ports/outbox-port.js'
import type { RelayReport } from './relay-settings.js'

/** Settles outcomes, and remembers what the broker has while its row may still be there. */
export interface RememberingOutbox extends Pick<OutboxPort, 'claim'> {
  /** Rejects when the store fails; the acknowledgements among the outcomes are remembered then. */
  settle(outcomes: readonly DeliveryOutcome[], report: RelayReport): Promise<void>
  /** Settles what an earlier round could not. */
  settleRemembered(report: RelayReport): Promise<void>
  /** The broker took it under an earlier claim, and its row was still there when this claim was made. */
  isAlreadyPublished(claimed: ClaimedMessage): boolean
}

const counterByOutcome = { acknowledge: 'acknowledged', reschedule: 'rescheduled', deadLetter: 'deadLettered' } as const

export function createRememberingOutbox(outbox: OutboxPort): RememberingOutbox {
  const published = new Map<string, ClaimedMessage>()
  /** Since the last claim began: it may have found them due all the same, when their lease had run out. */
  const acknowledged = new Set<string>()
  function discard({ claimed }: DeliveryOutcome): void {
    const { id } = claimed.message
    acknowledged.add(id)
    // When it was claimed again meanwhile, it is forgotten only with that claim.
    if (published.get(id) === claimed) published.delete(id)
  }
  async function settle(outcomes: readonly DeliveryOutcome[], report: RelayReport): Promise<void> {
    const confirmed = outcomes.filter(({ kind }) => kind === 'acknowledge')
    for (const { claimed } of confirmed) published.set(claimed.message.id, claimed)
    const held = await outbox.settle(outcomes)
    for (const outcome of confirmed) discard(outcome)
    for (const [index, { kind }] of outcomes.entries()) report[held[index] ? counterByOutcome[kind] : 'leaseLost'] += 1
  }
  return {
    settle,
    claim(limit, leaseMs) {
      acknowledged.clear()
      return outbox.claim(limit, leaseMs)
    },
    async settleRemembered(report) {
      const outcomes = [...published.values()].map((claimed) => ({ kind: 'acknowledge', claimed }) as const)
      if (outcomes.length > 0) await settle(outcomes, report)
    },
    isAlreadyPublished: ({ message: { id } }) => published.has(id) || acknowledged.has(id),
  }
}
