export interface WindowSettings {
  /** Messages unconfirmed at once. 100 to 200 is where throughput stops growing and latency begins to. */
  readonly maxMessages: number
  /** Bytes unconfirmed at once; a larger message goes alone. */
  readonly maxBytes: number
}

/** Bounds what is on the way to the broker, by count and by bytes. amqplib itself takes any amount into memory. */
export interface PublishWindow {
  /** Acquires room when there is some now, and nobody waits for it. */
  tryAcquire(bytes: number): boolean
  /**
   * Resolves with true when the room is acquired; with false when the waiter is rejected. First come, first served.
   */
  acquire(bytes: number): Promise<boolean>
  release(bytes: number): void
  /** Rejects everyone who waits for room. */
  rejectWaiters(): void
  /** Resolves when nothing is on the way. */
  waitUntilEmpty(): Promise<void>
}

interface PublishWaiter {
  readonly bytes: number
  readonly settle: (isAcquired: boolean) => void
}

export function createPublishWindow(settings: WindowSettings): PublishWindow {
  let messagesInFlight = 0
  let bytesInFlight = 0
  let waiters: PublishWaiter[] = []
  let emptyWaiters: (() => void)[] = []

  const hasRoom = (bytes: number): boolean =>
    messagesInFlight === 0 || (messagesInFlight < settings.maxMessages && bytesInFlight + bytes <= settings.maxBytes)
  function occupy(bytes: number): void {
    messagesInFlight += 1
    bytesInFlight += bytes
  }
  function tryAcquire(bytes: number): boolean {
    const isAdmitted = waiters.length === 0 && hasRoom(bytes)
    if (isAdmitted) occupy(bytes)
    return isAdmitted
  }
  function admitWaiters(): void {
    for (let [next] = waiters; next !== undefined && hasRoom(next.bytes); [next] = waiters) {
      waiters.shift()
      occupy(next.bytes)
      next.settle(true)
    }
  }
  return {
    tryAcquire,
    acquire: async (bytes) => tryAcquire(bytes) || new Promise((settle) => waiters.push({ bytes, settle })),
    release(bytes) {
      messagesInFlight -= 1
      bytesInFlight -= bytes
      admitWaiters()
      if (messagesInFlight > 0) return
      for (const wake of emptyWaiters) wake()
      emptyWaiters = []
    },
    rejectWaiters() {
      const rejected = waiters
      waiters = []
      for (const { settle } of rejected) settle(false)
    },
    async waitUntilEmpty() {
      if (messagesInFlight > 0) await new Promise<void>((resolve) => emptyWaiters.push(resolve))
    },
  }
}
