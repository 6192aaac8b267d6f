import type { Clock, EpochMs, PaymentCallbacks } from '@coursepay/core'
import { createWorker, type Worker } from '@coursepay/core/assembly'
import type { OrderStore, Scheduler, StateCounts } from '@coursepay/core/ports'

export interface OverviewSample {
  readonly at: EpochMs
  readonly counts: StateCounts
  readonly outbox: { readonly waiting: number; readonly dead: number; readonly oldestMs: number }
  /** Notifications of the gateway since the start, by verdict. */
  readonly verdicts: Readonly<Record<string, number>>
}

export interface SampleSources {
  readonly orderStore: Pick<OrderStore, 'views' | 'outbox'>
}

/** The latest figures, in memory: a demo keeps no history of its own. */
export interface SampleHistory {
  readonly worker: Worker
  /** What was sampled, oldest first, and the figures of now. Errors: `store_unavailable`. */
  read(): Promise<readonly OverviewSample[]>
}

const SAMPLE_INTERVAL_MS = 5_000
/** Five minutes. */
const MAX_SAMPLES = 60

export function createSampleHistory(
  { orderStore: { views, outbox: messages } }: SampleSources,
  verdicts: () => Readonly<Record<string, number>>,
  { clock, scheduler, onError }: { clock: Clock; scheduler: Scheduler; onError: (error: unknown) => void },
): SampleHistory {
  const samples: OverviewSample[] = []
  const take = async (): Promise<OverviewSample> => {
    const [counts, outbox] = await Promise.all([views.counts(), messages.backlog()])
    return { at: clock.now(), counts, outbox, verdicts: verdicts() }
  }
  const runOnce = async () => {
    samples.push(await take())
    if (samples.length > MAX_SAMPLES) samples.shift()
    return { more: false }
  }
  return {
    worker: createWorker({ runOnce, intervalMs: SAMPLE_INTERVAL_MS, onError }, scheduler),
    read: async () => [...samples, await take()],
  }
}

/** The same callbacks, whose notifications are counted by verdict. */
export function withCountedNotifications(callbacks: PaymentCallbacks) {
  const counts = new Map<string, number>()
  const counted: PaymentCallbacks = {
    ...callbacks,
    async receiveNotify(body) {
      const answer = await callbacks.receiveNotify(body)
      counts.set(answer.verdict, (counts.get(answer.verdict) ?? 0) + 1)
      return answer
    },
  }
  return { callbacks: counted, verdicts: () => Object.fromEntries(counts) }
}
