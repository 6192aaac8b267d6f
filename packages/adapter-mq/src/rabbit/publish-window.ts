export interface WindowSettings {
  /** Messages unconfirmed at once. 100 to 200 is where throughput stops growing and latency begins to. */
  readonly messages: number
  /** Bytes unconfirmed at once; a larger message goes alone. */
  readonly bytes: number
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
  empty(): Promise<void>
}

interface PublishWaiter {
  readonly bytes: number
  readonly settle: (taken: boolean) => void
}

export function createPublishWindow(settings: WindowSettings): PublishWindow {
  let messages = 0
  let total = 0
  let waiting: PublishWaiter[] = []
  let idle: (() => void)[] = []

  const hasRoom = (bytes: number): boolean =>
    messages === 0 || (messages < settings.messages && total + bytes <= settings.bytes)
  function occupy(bytes: number): void {
    messages += 1
    total += bytes
  }
  function tryAcquire(bytes: number): boolean {
    const free = waiting.length === 0 && hasRoom(bytes)
    if (free) occupy(bytes)
    return free
  }
  function admit(): void {
    for (let [next] = waiting; next !== undefined && hasRoom(next.bytes); [next] = waiting) {
      waiting.shift()
      occupy(next.bytes)
      next.settle(true)
    }
  }
  return {
    tryAcquire,
    acquire: async (bytes) => tryAcquire(bytes) || new Promise((settle) => waiting.push({ bytes, settle })),
    release(bytes) {
      messages -= 1
      total -= bytes
      admit()
      if (messages > 0) return
      for (const wake of idle) wake()
      idle = []
    },
    rejectWaiters() {
      const away = waiting
      waiting = []
      for (const { settle } of away) settle(false)
    },
    async empty() {
      if (messages > 0) await new Promise<void>((resolve) => idle.push(resolve))
    },
  }
}
