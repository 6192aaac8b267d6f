import type { Actor, OrderService, Payment } from '@coursepay/core'
import type { Scheduler } from '@coursepay/core/ports'
import { describeError, type Log, referenceFields } from '../log.js'
import { type PayState, queryPayState, readPayState } from './pay-state.js'

/** A notification may be booked by another process, so the store is looked at. */
const READ_INTERVAL_MS = 1_000
/** Seconds until the gateway is queried, and until each next query; the last one repeats. */
const QUERY_AFTER_S = [1, 2, 5, 10] as const
const HEARTBEAT_INTERVAL_MS = 15_000

/** An open stream of one payment. */
export interface Watcher {
  /** What is stored now, changed or not. */
  tell(state: PayState): void
  /** Called now and then, so that a connection on which nothing happens is not cut on the way. */
  beat(): void
  /** Nothing more will come. */
  end(): void
}

export interface PayWatchDeps {
  readonly orders: OrderService
  readonly scheduler: Scheduler
  readonly log: Log
}

/** One payment that is looked at, and everybody who waits for it. */
export interface PayWatch {
  readonly watchers: Set<Watcher>
  stop(): void
}

/** Looks until it is stopped. A gateway that hangs delays no news of the store. */
export function startPayWatch(payment: Payment, actor: Actor, { orders, scheduler, log }: PayWatchDeps): PayWatch {
  const watchers = new Set<Watcher>()
  let failing = false
  /** Runs one at a time; of failures in a row the first is logged. */
  const alone = (load: () => Promise<PayState>) => {
    let running = false
    return async () => {
      if (running) return
      running = true
      try {
        const state = await load()
        failing = false
        for (const watcher of watchers) watcher.tell(state)
      } catch (error) {
        if (!failing) log.error({ event: 'watch_failed', ...referenceFields(payment), ...describeError(error) })
        failing = true
      }
      running = false
    }
  }
  const query = alone(() => queryPayState(orders, payment.payNo, actor))
  const read = alone(() => readPayState(orders, payment, actor))

  const isQueryDue = queryBackoff()
  const stopReading = repeatEvery(READ_INTERVAL_MS, scheduler, () => void (isQueryDue() ? query() : read()))
  const stopBeating = repeatEvery(HEARTBEAT_INTERVAL_MS, scheduler, () => {
    for (const watcher of watchers) watcher.beat()
  })
  return {
    watchers,
    stop() {
      stopReading()
      stopBeating()
    },
  }
}

/** Called once a second: whether a query is due. */
function queryBackoff(): () => boolean {
  let queries = 0
  let second = 0
  let due: number = QUERY_AFTER_S[0]
  return () => {
    second += 1
    if (second < due) return false
    queries += 1
    due = second + (QUERY_AFTER_S[queries] ?? QUERY_AFTER_S[3])
    return true
  }
}

function repeatEvery(ms: number, scheduler: PayWatchDeps['scheduler'], task: () => void): () => void {
  let cancel = () => {}
  const again = () => {
    cancel = scheduler.schedule(ms, () => {
      again()
      task()
    })
  }
  again()
  return () => cancel()
}
