import type { PayResultMessage } from '../shared/pay-result-message.js'
import type { MessagePublisher, PublishOutcome } from '../shared/ports/message-publisher.js'
import type { ClaimedMessage, DeliveryOutcome, OutboxPort } from '../shared/ports/outbox-port.js'
import type { Tracer } from '../shared/ports/tracer.js'
import { noopTracer } from '../shared/tracing.js'
import { deadLetterOutcome, deliveryOutcomeOf, uncountedRescheduleOutcome } from './delivery-outcome.js'
import { type InFlightBatch, startBatch } from './in-flight-batch.js'
import { defaultRelaySettings, newRelayReport, type RelayReport, type RelaySettings } from './relay-settings.js'
import { createRememberingOutbox, type RememberingOutbox } from './remembering-outbox.js'
import { killsItsRelay, selectBatchToSend } from './suspects.js'
import { messageSpanAttributes } from './traced-messages.js'

/**
 * What a lease lasts longer than the publisher may take. A killed relay's messages are due again after the lease, so it
 * is kept short; a relay that sleeps through its lease sends twice, and can change nothing by its token.
 */
const LEASE_MARGIN_MS = 1_000
/** So few that a relay which is asked to stop ends soon. */
const MAX_BATCHES_PER_ROUND = 10

interface RelayRoundContext {
  readonly outbox: RememberingOutbox
  readonly publisher: MessagePublisher
  readonly settings: RelaySettings
  readonly tracer: Tracer
  readonly report: RelayReport
  readonly inFlight: Set<InFlightBatch>
  readonly failures: unknown[]
}

/**
 * One round of the relay: claims under a lease, publishes without any transaction open, and settles the outcomes.
 * Claims nothing while the publisher is unavailable. Safe in many processes. A message is never lost; it is sent twice
 * only after a crash or an unknown outcome, `maxDuplicates` at most. What the broker took while the store was away is
 * remembered, and acknowledged before anything else is claimed. Rejects when the store fails, once nothing of the round
 * is in flight.
 */
export function relayOutbox(
  outbox: OutboxPort,
  publisher: MessagePublisher,
  settings = defaultRelaySettings,
  tracer = noopTracer,
) {
  const rememberingOutbox = createRememberingOutbox(outbox)
  return async (): Promise<RelayReport> => {
    const report = newRelayReport()
    await rememberingOutbox.settleRemembered(report)
    const inFlight = new Set<InFlightBatch>()
    const failures: unknown[] = []
    const round = { outbox: rememberingOutbox, publisher, settings, tracer, report, inFlight, failures }
    try {
      for (let count = 0; count < MAX_BATCHES_PER_ROUND; count += 1) {
        if (!(await startNextRelayBatch(round))) break
      }
    } finally {
      await awaitAllStored(inFlight)
    }
    if (failures.length > 0) throw failures[0]
    return report
  }
}

/**
 * The next batch is claimed while the last outcomes of an earlier one are stored, and sent once they are. So the broker
 * does not wait, and never more than `maxBatchesInFlight` batches are in flight. Returns whether more may wait.
 */
async function startNextRelayBatch(round: RelayRoundContext): Promise<boolean> {
  const { outbox, publisher, settings, report, inFlight, failures } = round
  const ending = inFlight.size < settings.maxBatchesInFlight ? null : await awaitFirstAnsweredBatch(inFlight)
  if (failures.length > 0 || publisher.available?.() === false) return false
  const claiming = outbox.claim(settings.batchSize, publisher.timeLimitMs + LEASE_MARGIN_MS)
  const [claimed] = await Promise.all([claiming, ending?.stored])
  report.claimed += claimed.length
  const { batch, released, isSuspect } = selectBatchToSend(claimed)
  report.more = claimed.length === settings.batchSize || released.length > 0
  if (isSuspect) await awaitAllStored(inFlight)
  if (failures.length > 0) {
    await releaseUnsent(round, claimed)
    return false
  }
  if (released.length > 0) await releaseUnsent(round, released)
  if (ending !== null) inFlight.delete(ending)
  const sent = startBatch(batch, {
    outcomeOf: (each) => deliverClaimedMessage(round, each, claimed.length),
    store: (settled) => outbox.settle(settled, report),
    onFailure: (error) => void failures.push(error),
  })
  inFlight.add(sent)
  if (isSuspect) await sent.stored
  return report.more
}

const awaitFirstAnsweredBatch = (inFlight: ReadonlySet<InFlightBatch>): Promise<InFlightBatch> =>
  Promise.race([...inFlight].map((sent) => sent.answered.then(() => sent)))

const awaitAllStored = (inFlight: ReadonlySet<InFlightBatch>): Promise<unknown> =>
  Promise.all([...inFlight].map(({ stored }) => stored))

/** A claim after which nothing was sent does not count. What cannot be released waits for the end of its lease. */
async function releaseUnsent({ outbox, report }: RelayRoundContext, unsent: readonly ClaimedMessage[]): Promise<void> {
  const reason = 'not sent: another message may be what kills the relay, or outcomes could not be stored'
  await outbox
    .settle(
      unsent.map((claimed) => uncountedRescheduleOutcome(claimed, reason, 0)),
      report,
    )
    .catch(() => {})
}

async function deliverClaimedMessage(
  round: RelayRoundContext,
  claimed: ClaimedMessage,
  batchSize: number,
): Promise<DeliveryOutcome> {
  const { outbox, settings } = round
  if (outbox.isAlreadyPublished(claimed)) return { kind: 'acknowledge', claimed }
  if (killsItsRelay(claimed, batchSize, settings.maxClaims)) {
    return deadLetterOutcome(claimed, `claimed ${claimed.claims - 1} times without an outcome`)
  }
  return deliveryOutcomeOf(claimed, await publishInRelaySpan(round, claimed), settings)
}

/** Continues the trace of the commit; between the two spans the message waited in the outbox. */
function publishInRelaySpan(
  round: RelayRoundContext,
  { message, attempts, claims }: ClaimedMessage,
): Promise<PublishOutcome> {
  const attributes = { ...messageSpanAttributes(message), 'coursepay.attempts': attempts, 'coursepay.claims': claims }
  const options = { kind: 'internal', parent: message.traceparent ?? null, attributes } as const
  return round.tracer.trace('relay message', options, () =>
    publishInProducerSpan(round, message).catch((error: unknown) => {
      // A publisher never rejects; what one that does has sent is unknown.
      return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) }
    }),
  )
}

/** Sends a message in a span of its own, and that span's `traceparent` with it. */
function publishInProducerSpan(
  { publisher, tracer }: RelayRoundContext,
  message: PayResultMessage,
): Promise<PublishOutcome> {
  const options = { kind: 'producer', attributes: messageSpanAttributes(message) } as const
  return tracer.trace('send message', options, async (span) => {
    const outcome = await publisher.publish({ ...message, traceparent: tracer.traceparent() ?? message.traceparent })
    span.set({ 'coursepay.outcome': outcome.kind })
    return outcome
  })
}
