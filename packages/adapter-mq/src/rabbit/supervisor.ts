import type { Scheduler } from '@coursepay/core/ports'
import { waitUntilElapsedOrAborted } from './timeouts.js'

/** Something on the broker that lives until it is closed or lost: a connection, a channel, a consumer. */
export interface SupervisedResource {
  /** Resolves with the reason when it has ended. Never rejects. */
  readonly ended: Promise<string>
  /** Closes it within its own time limit; `ended` has resolved then in any case. Never rejects. */
  close(): Promise<void>
}

export interface SupervisorDependencies<Supervised extends SupervisedResource> {
  /** Opens a new one; rejects when the signal is given. */
  open(signal: AbortSignal): Promise<Supervised>
  /** Ms to wait after this many failures in a row. */
  backoff(failures: number): number
  readonly scheduler: Scheduler
  onOpen(): void
  onLost(reason: string): void
  onFailed(error: unknown): void
}

/** Keeps one thing alive: when it is lost, opens another, with growing pauses while that fails. */
export interface Supervisor<Supervised extends SupervisedResource> {
  current(): Supervised | null
  /** The one that lives now, or the next one. Rejects once the supervisor is closed. */
  ready(): Promise<Supervised>
  /** Resolves when the first attempt is over: with null when it went well, with its error otherwise. */
  firstAttempt(): Promise<unknown>
  /** Why there is none now; null when the last attempt went well. */
  failure(): unknown
  close(): Promise<void>
}

/** What has lived this long is healthy: the next loss begins with the shortest pause again. */
const HEALTHY_AFTER_MS = 5_000

export function supervise<Supervised extends SupervisedResource>(
  dependencies: SupervisorDependencies<Supervised>,
): Supervisor<Supervised> {
  const stop = new AbortController()
  const firstOutcome = Promise.withResolvers<unknown>()
  let nextReady = unobservedResolvers<Supervised>()
  let current: Supervised | null = null
  let failure: unknown = null
  let failureCount = 0

  async function open(): Promise<Supervised | null> {
    try {
      return await dependencies.open(stop.signal)
    } catch (error) {
      failure = error
      if (!stop.signal.aborted) dependencies.onFailed(error)
      return null
    }
  }
  async function serveUntilEnded(supervised: Supervised): Promise<void> {
    if (stop.signal.aborted) return supervised.close()
    current = supervised
    failure = null
    nextReady.resolve(supervised)
    dependencies.onOpen()
    firstOutcome.resolve(null)
    const cancel = dependencies.scheduler.schedule(HEALTHY_AFTER_MS, () => {
      failureCount = 0
    })
    const reason = await supervised.ended
    cancel()
    current = null
    nextReady = unobservedResolvers<Supervised>()
    if (stop.signal.aborted) return
    failure = new Error(reason)
    dependencies.onLost(reason)
  }
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const supervised = await open()
      if (supervised !== null) await serveUntilEnded(supervised)
      firstOutcome.resolve(failure)
      failureCount += 1
      await waitUntilElapsedOrAborted(dependencies.scheduler, dependencies.backoff(failureCount), stop.signal)
    }
    nextReady.reject(new Error('closed'))
  }
  const running = run()
  return {
    current: () => current,
    ready: () => (stop.signal.aborted ? Promise.reject(new Error('closed')) : nextReady.promise),
    firstAttempt: () => firstOutcome.promise,
    failure: () => failure,
    async close() {
      stop.abort()
      await current?.close()
      await running
    },
  }
}

/** A promise that nobody need be waiting for when it is rejected. */
function unobservedResolvers<Supervised>(): PromiseWithResolvers<Supervised> {
  const resolvers = Promise.withResolvers<Supervised>()
  resolvers.promise.catch(() => {})
  return resolvers
}
