import type { Scheduler } from '@coursepay/core/ports'
import { delay } from './timeouts.js'

/** Something on the broker that lives until it is closed or lost: a connection, a channel, a consumer. */
export interface Resource {
  /** Resolves with the reason when it has ended. Never rejects. */
  readonly ended: Promise<string>
  /** Closes it within its own time limit; `ended` has resolved then in any case. Never rejects. */
  close(): Promise<void>
}

export interface SupervisorParts<Thing extends Resource> {
  /** Opens a new one; rejects when the signal is given. */
  open(signal: AbortSignal): Promise<Thing>
  /** Ms to wait after this many failures in a row. */
  backoff(failures: number): number
  readonly scheduler: Scheduler
  onOpen(): void
  onLost(reason: string): void
  onFailed(error: unknown): void
}

/** Keeps one thing alive: when it is lost, opens another, with growing pauses while that fails. */
export interface Supervisor<Thing extends Resource> {
  current(): Thing | null
  /** The one that lives now, or the next one. Rejects once the supervisor is closed. */
  ready(): Promise<Thing>
  /** Resolves when the first attempt is over: with null when it went well, with its error otherwise. */
  firstAttempt(): Promise<unknown>
  /** Why there is none now; null when the last attempt went well. */
  failure(): unknown
  close(): Promise<void>
}

/** What has lived this long is healthy: the next loss begins with the shortest pause again. */
const HEALTHY_MS = 5_000

export function supervise<Thing extends Resource>(parts: SupervisorParts<Thing>): Supervisor<Thing> {
  const stop = new AbortController()
  const first = Promise.withResolvers<unknown>()
  let next = unobservedResolvers<Thing>()
  let current: Thing | null = null
  let failure: unknown = null
  let failures = 0

  async function open(): Promise<Thing | null> {
    try {
      return await parts.open(stop.signal)
    } catch (error) {
      failure = error
      if (!stop.signal.aborted) parts.onFailed(error)
      return null
    }
  }
  async function live(thing: Thing): Promise<void> {
    if (stop.signal.aborted) return thing.close()
    current = thing
    failure = null
    next.resolve(thing)
    parts.onOpen()
    first.resolve(null)
    const cancel = parts.scheduler.schedule(HEALTHY_MS, () => {
      failures = 0
    })
    const reason = await thing.ended
    cancel()
    current = null
    next = unobservedResolvers<Thing>()
    if (stop.signal.aborted) return
    failure = new Error(reason)
    parts.onLost(reason)
  }
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const thing = await open()
      if (thing !== null) await live(thing)
      first.resolve(failure)
      failures += 1
      await delay(parts.scheduler, parts.backoff(failures), stop.signal)
    }
    next.reject(new Error('closed'))
  }
  const running = run()
  return {
    current: () => current,
    ready: () => (stop.signal.aborted ? Promise.reject(new Error('closed')) : next.promise),
    firstAttempt: () => first.promise,
    failure: () => failure,
    async close() {
      stop.abort()
      await current?.close()
      await running
    },
  }
}

/** A promise that nobody need be waiting for when it is rejected. */
function unobservedResolvers<Thing>(): PromiseWithResolvers<Thing> {
  const resolvers = Promise.withResolvers<Thing>()
  resolvers.promise.catch(() => {})
  return resolvers
}

export interface BackoffSettings {
  /** Pause after the first failure, in ms. */
  readonly minMs: number
  readonly maxMs: number
}

/**
 * Doubling pauses, each cut by a random part of up to one half, so that many processes that lost one broker do not come
 * back in one moment. `random` gives a number from 0 up to 1.
 */
export function createBackoff({ minMs, maxMs }: BackoffSettings, random: () => number) {
  return (failures: number): number => {
    const full = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 30))
    return Math.round(full * (1 - random() / 2))
  }
}
