export interface WindowSettings {
  /** Messages unconfirmed at once. 100 to 200 is where throughput stops growing and latency begins to. */
  readonly messages: number
  /** Bytes unconfirmed at once; a larger message goes alone. */
  readonly bytes: number
}

/** Bounds what is on the way to the broker, by count and by bytes. amqplib itself takes any amount into memory. */
export interface PublishWindow {
  /** Takes room when there is some now, and nobody waits for it. */
  tryTake(bytes: number): boolean
  /**
   * Resolves with true when there is room, which is then taken; with false when turned away. First come, first served.
   */
  take(bytes: number): Promise<boolean>
  release(bytes: number): void
  /** Turns away everyone who waits for room. */
  rejectWaiters(): void
  /** Resolves when nothing is on the way. */
  empty(): Promise<void>
}

interface Waiter {
  readonly bytes: number
  readonly tell: (taken: boolean) => void
}

export function createPublishWindow(settings: WindowSettings): PublishWindow {
  let messages = 0
  let total = 0
  let waiting: Waiter[] = []
  let idle: (() => void)[] = []

  const hasRoom = (bytes: number): boolean =>
    messages === 0 || (messages < settings.messages && total + bytes <= settings.bytes)
  function take(bytes: number): void {
    messages += 1
    total += bytes
  }
  function tryTake(bytes: number): boolean {
    const free = waiting.length === 0 && hasRoom(bytes)
    if (free) take(bytes)
    return free
  }
  function admit(): void {
    for (let [next] = waiting; next !== undefined && hasRoom(next.bytes); [next] = waiting) {
      waiting.shift()
      take(next.bytes)
      next.tell(true)
    }
  }
  return {
    tryTake,
    take: async (bytes) => tryTake(bytes) || new Promise((tell) => waiting.push({ bytes, tell })),
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
      for (const { tell } of away) tell(false)
    },
    async empty() {
      if (messages > 0) await new Promise<void>((resolve) => idle.push(resolve))
    },
  }
}
