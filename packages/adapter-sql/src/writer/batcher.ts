import { type RetryPolicy, waitBackoff } from '../sql/retry-policy.js'
import { storeUnavailableError } from '../sql/store-errors.js'

/** What is to be done, as far as batches depend on it. */
interface TaskKeysAndBytes {
  /** Two that share a key are never in flight at once. */
  readonly keys?: readonly string[]
  readonly bytes?: number
}

/** Work that waits for its batch. The writer of the batch settles it. */
export type BatchItem<Task, Result> = Task &
  TaskKeysAndBytes & {
    /** By `performance.now()`: it is not tried again afterwards. */
    readonly deadline: number
    /** How often it was tried in vain. */
    tries: number
    resolve(result: Result): void
    reject(error: unknown): void
  }

export interface BatcherOptions<Item> extends RetryPolicy {
  readonly maxInFlight: number
  readonly maxItems: number
  readonly maxBytes?: number
  /** Settles each item, and answers those that are to be tried again: somebody else has their rows locked. */
  write(batch: readonly Item[]): Promise<readonly Item[]>
  /** What is said of an item that is not settled by its deadline. */
  timedOut(item: Item): string
}

/** Gathers what is to be done at the same time into batches, a few of which are in flight. */
export class Batcher<Task, Result> {
  readonly #options: BatcherOptions<BatchItem<Task, Result>>
  readonly #busyKeys = new Set<string>()
  #waiting: BatchItem<Task, Result>[] = []
  #inFlight = 0
  /** Those of them that were tried in vain before. */
  #retrying = 0
  #flushing = false

  constructor(options: BatcherOptions<BatchItem<Task, Result>>) {
    this.#options = options
  }

  /** Outcome: what the task is settled with, by the deadline: a batch that hangs may keep it for longer. */
  run(task: Task & TaskKeysAndBytes): Promise<Result> {
    const { scheduler, busyTimeoutMs, timedOut } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const deadline = performance.now() + busyTimeoutMs
    const item = { ...task, deadline, tries: 0, resolve, reject }
    const cancel = scheduler.schedule(busyTimeoutMs, () => reject(storeUnavailableError(timedOut(item))))
    this.add(item)
    return promise.finally(cancel)
  }

  add(item: BatchItem<Task, Result>): void {
    this.#waiting.push(item)
    this.#flushSoon()
  }

  /** Callers of the same turn of the event loop, or of the same batch of arrivals, share a batch. */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #flush(): void {
    while (this.#inFlight < this.#options.maxInFlight) {
      const batch = this.#takeBatch()
      if (batch.length === 0) break
      void this.#write(batch)
    }
  }

  /**
   * The oldest items first; those whose keys are in flight, or in this batch already, wait. What was tried in vain
   * shares no batch with what was not, and leaves a place in flight to it: a locked row delays those alone that met it
   * before.
   */
  #takeBatch(): BatchItem<Task, Result>[] {
    const { maxInFlight, maxItems, maxBytes = Number.POSITIVE_INFINITY, timedOut } = this.#options
    const mayRetry = this.#retrying < Math.max(1, maxInFlight - 1)
    const batch: BatchItem<Task, Result>[] = []
    const left: BatchItem<Task, Result>[] = []
    const now = performance.now()
    let bytes = 0
    for (const item of this.#waiting) {
      if (now >= item.deadline) {
        item.reject(storeUnavailableError(timedOut(item)))
        continue
      }
      const [first] = batch
      const isAlike = first === undefined || first.tries > 0 === item.tries > 0
      const { keys = [], bytes: size = 0 } = item
      const fits = batch.length < maxItems && (first === undefined || bytes + size <= maxBytes)
      if (!fits || !isAlike || (item.tries > 0 && !mayRetry) || keys.some((key) => this.#busyKeys.has(key))) {
        left.push(item)
        continue
      }
      for (const key of keys) this.#busyKeys.add(key)
      bytes += size
      batch.push(item)
    }
    this.#waiting = left
    return batch
  }

  async #write(batch: readonly BatchItem<Task, Result>[]): Promise<void> {
    const isRetry = batch.some(({ tries }) => tries > 0)
    this.#inFlight += 1
    if (isRetry) this.#retrying += 1
    let locked: readonly BatchItem<Task, Result>[] = []
    try {
      locked = await this.#options.write(batch)
    } catch (error) {
      for (const item of batch) item.reject(error)
    }
    for (const key of batch.flatMap(({ keys = [] }) => keys)) this.#busyKeys.delete(key)
    this.#inFlight -= 1
    if (isRetry) this.#retrying -= 1
    for (const item of locked) void this.#tryAgain(item)
    this.#flush()
  }

  async #tryAgain(item: BatchItem<Task, Result>): Promise<void> {
    await waitBackoff(this.#options.scheduler, item.tries)
    item.tries += 1
    this.#waiting.unshift(item)
    this.#flushSoon()
  }
}
