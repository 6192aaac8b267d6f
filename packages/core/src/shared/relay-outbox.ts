import type { MessagePublisher, PublishOutcome } from './ports/message-publisher.js'
import type { ClaimedMessage, OutboxPort } from './ports/outbox-port.js'

export interface RelaySettings {
  /** Messages claimed at once. */
  readonly batch: number
  /** Batches on the way at once. */
  readonly pipeline: number
  /** Definite failures after which a message is parked. */
  readonly maxAttempts: number
  /** Claims without any outcome after which a message is held to be what kills its relay, and parked. */
  readonly maxClaims: number
}

export const defaultRelaySettings: RelaySettings = { batch: 200, pipeline: 2, maxAttempts: 30, maxClaims: 20 }

/** Counts of one round. `leaseLost`: somebody else has the message now; it is sent at least once all the same. */
export interface RelayReport {
  claimed: number
  delivered: number
  postponed: number
  parked: number
  leaseLost: number
  /** The last batch was a full one: more may wait. */
  more: boolean
}

/** What one relay can have sent without having noted it, and so what may come twice when it is killed. */
export const maxDuplicates = ({ batch, pipeline }: RelaySettings): number => batch * pipeline

/**
 * What a lease lasts longer than the publisher may take. A killed relay's messages are due again after the lease, so it is kept
 * short; a relay that sleeps through its lease sends twice, and can change nothing by its token.
 */
const LEASE_MARGIN_MS = 1_000
const UNKNOWN_DELAY_MS = 2_000
const LONGEST_DELAY_MS = 60_000

/**
 * One round of the relay: claims under a lease, publishes without any transaction open, and deletes what the broker took.
 * Claims nothing while the publisher has no chance. Safe in many processes. A message is never lost; it is sent twice only after a
 * crash or an unknown outcome, `maxDuplicates` at most. What the broker took while the store was away is remembered, and deleted before
 * anything else is claimed. Rejects when the store fails, once nothing of the round is on the way any more.
 */
export function relayOutbox(outbox: OutboxPort, publisher: MessagePublisher, settings = defaultRelaySettings) {
  const confirmed = new Map<string, ClaimedMessage>()
  /** Taken away since the last claim began, which may have found them due all the same when their lease had run out. */
  const forgotten = new Set<string>()
  const forget = async (claimed: ClaimedMessage): Promise<Fate> => {
    const { id } = claimed.message
    confirmed.set(id, claimed)
    const [done] = await outbox.settle([{ kind: 'acknowledge', claimed }])
    forgotten.add(id)
    // Claimed anew meanwhile, it is forgotten only with that claim.
    if (confirmed.get(id) === claimed) confirmed.delete(id)
    return done ? 'delivered' : 'leaseLost'
  }
  const claim = (leaseMs: number) => {
    forgotten.clear()
    return outbox.claim(settings.batch, leaseMs)
  }
  const isTaken = ({ message: { id } }: ClaimedMessage) => confirmed.has(id) || forgotten.has(id)
  return async (): Promise<RelayReport> => {
    const report: RelayReport = { claimed: 0, delivered: 0, postponed: 0, parked: 0, leaseLost: 0, more: false }
    for (const claimed of confirmed.values()) report[await forget(claimed)] += 1
    await relayBatches({ outbox, publisher, settings, claim, isTaken, forget }, report)
    return report
  }
}

/** So many batches that a relay which is asked to stop ends soon. */
const BATCHES_OF_A_ROUND = 10

/** A batch on its way. Neither promise rejects. */
interface Sent {
  /** The broker has said what it made of every message. */
  readonly answered: Promise<unknown>
  /** And the outbox knows. */
  readonly stored: Promise<unknown>
}

/**
 * The next batch is claimed while the last outcomes of one before are stored, and sent when they are: the broker is not left waiting, and no more
 * than `pipeline` batches are ever out without the outbox knowing.
 */
async function relayBatches(relay: Relay, report: RelayReport): Promise<void> {
  const { publisher, settings, claim } = relay
  const leaseMs = publisher.timeLimitMs + LEASE_MARGIN_MS
  const underway = new Set<Sent>()
  const failures: unknown[] = []
  const mayGoOn = () => failures.length === 0 && publisher.available?.() !== false
  try {
    for (let isFull = true, count = 0; isFull && count < BATCHES_OF_A_ROUND; count += 1) {
      const room = underway.size < settings.pipeline ? null : await firstAnswered(underway)
      if (!mayGoOn()) break
      const [batch] = await Promise.all([claim(leaseMs), room?.stored])
      report.claimed += batch.length
      isFull = batch.length === settings.batch
      report.more = isFull
      if (failures.length > 0) {
        await giveBack(relay, batch, report)
        break
      }
      if (room !== null) underway.delete(room)
      underway.add(sendBatch(relay, batch, report, failures))
    }
  } finally {
    await Promise.all([...underway].map(({ stored }) => stored))
  }
  if (failures.length > 0) throw failures[0]
}

const firstAnswered = (underway: ReadonlySet<Sent>): Promise<Sent> =>
  Promise.race([...underway].map((sent) => sent.answered.then(() => sent)))

/** Each outcome is stored as soon as it is known: a message that is slow, or kills its relay, keeps no other. A failure is noted once each has its fate. */
function sendBatch(relay: Relay, batch: readonly ClaimedMessage[], report: RelayReport, failures: unknown[]): Sent {
  const outcomes = batch.map((claimed) => sendOne(relay, claimed))
  const store = async (outcome: Promise<StoreOutcome>) => {
    report[await (await outcome)()] += 1
  }
  const stored = Promise.allSettled(outcomes.map(store)).then((ends) => {
    for (const end of ends) if (end.status === 'rejected') failures.push(end.reason)
  })
  return { answered: Promise.allSettled(outcomes), stored }
}

/** So that a claim after which nothing was sent does not count as one. */
async function giveBack({ outbox }: Relay, batch: readonly ClaimedMessage[], report: RelayReport): Promise<void> {
  const reason = 'not sent: the outcomes of an earlier batch could not be stored'
  const back = batch.map((claimed) => ({ kind: 'reschedule', claimed, delayMs: 0, reason, countsAsAttempt: false }) as const)
  const held = await outbox.settle(back).catch(() => [])
  report.postponed += held.filter(Boolean).length
}

type Fate = Exclude<keyof RelayReport, 'claimed' | 'more'>

interface Relay {
  readonly outbox: OutboxPort
  readonly publisher: MessagePublisher
  readonly settings: RelaySettings
  claim(leaseMs: number): Promise<readonly ClaimedMessage[]>
  /** The broker took it under an earlier claim, and it is still being taken away, or was while this claim was made. */
  isTaken(claimed: ClaimedMessage): boolean
  /** Takes away what the broker took. */
  forget(claimed: ClaimedMessage): Promise<Fate>
}

/** Stores what became of a message. */
type StoreOutcome = () => Promise<Fate>

async function sendOne(relay: Relay, claimed: ClaimedMessage): Promise<StoreOutcome> {
  const { outbox, publisher, settings, forget } = relay
  if (relay.isTaken(claimed)) return () => forget(claimed)
  if (claimed.claims > settings.maxClaims) {
    return () => park(outbox, claimed, `claimed ${claimed.claims - 1} times without an outcome`)
  }
  const outcome = await publisher.publish(claimed.message)
  switch (outcome.kind) {
    case 'confirmed':
      return () => forget(claimed)
    case 'poison':
      return () => park(outbox, claimed, outcome.reason)
    case 'unknown':
      return () => postpone(outbox, claimed, UNKNOWN_DELAY_MS, outcome)
    case 'refused':
      if (claimed.attempts + 1 >= settings.maxAttempts) return () => park(outbox, claimed, outcome.reason)
      return () => postpone(outbox, claimed, backoff(claimed.attempts), outcome)
  }
}

/** 1 s, 2 s, 4 s … 60 s. */
const backoff = (attempts: number) => Math.min(1_000 * 2 ** attempts, LONGEST_DELAY_MS)

async function park(outbox: OutboxPort, claimed: ClaimedMessage, reason: string): Promise<Fate> {
  const [done] = await outbox.settle([{ kind: 'deadLetter', claimed, reason }])
  return done ? 'parked' : 'leaseLost'
}

async function postpone(
  outbox: OutboxPort,
  claimed: ClaimedMessage,
  delayMs: number,
  outcome: Extract<PublishOutcome, { readonly reason: string }>,
): Promise<Fate> {
  const countsAsAttempt = outcome.kind === 'refused'
  const { reason } = outcome
  const [done] = await outbox.settle([{ kind: 'reschedule', claimed, delayMs, reason, countsAsAttempt }])
  return done ? 'postponed' : 'leaseLost'
}
