/** Cancels a timer; calling it after the timer fired does nothing. */
export type CancelTimer = () => void

/** Time as the sandbox sees it. Every expiry, retry and delay goes through it. */
export interface SandboxClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `task` once, `ms` from now. A virtual clock waits for the promise before it moves on. */
  setTimeout(task: () => void | Promise<void>, ms: number): CancelTimer
  /** Moves the time on, where the clock can be moved. */
  advance?(ms: number): Promise<void>
}

/** Node's timers hold 31 bits of milliseconds; a longer wait would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. Its timers do not keep the process alive; one whose time is over fires at once. */
export const realClock: SandboxClock = {
  now: () => Date.now(),
  setTimeout(task, ms) {
    const timer = setTimeout(() => void task(), Math.min(Math.max(0, ms), MAX_TIMER_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

interface Timer {
  readonly at: number
  readonly task: () => void | Promise<void>
}

/**
 * A clock that moves only by `advance`. Timers fire in the order of their time, and each is awaited before the next, so
 * a day of notification retries passes in one call. Await `sandbox.settled()` first when an attempt may be under way.
 */
export class VirtualClock implements SandboxClock {
  #now: number
  readonly #timers = new Set<Timer>()

  constructor(startMs: number = Date.now()) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  setTimeout(task: () => void | Promise<void>, ms: number): CancelTimer {
    const timer: Timer = { at: this.#now + Math.max(0, ms), task }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Moves the time on by `ms`, firing what falls due on the way, what a timer sets itself included. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    for (let timer = this.#nextDue(until); timer; timer = this.#nextDue(until)) {
      this.#timers.delete(timer)
      this.#now = Math.max(this.#now, timer.at)
      await timer.task()
    }
    this.#now = Math.max(this.#now, until)
  }

  #nextDue(until: number): Timer | undefined {
    return nextDueTimer(this.#timers, until)
  }
}

function nextDueTimer<Due extends Timer>(timers: Iterable<Due>, until: number): Due | undefined {
  let next: Due | undefined
  for (const timer of timers) {
    if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer
  }
  return next
}

interface MachineTimer extends Timer {
  cancelTimer: CancelTimer
}

/** The machine's clock with a lead that grows by `advance`: for a sandbox that runs as a program. */
export class AdvanceableClock implements SandboxClock {
  #offsetMs = 0
  readonly #timers = new Set<MachineTimer>()

  now(): number {
    return Date.now() + this.#offsetMs
  }

  setTimeout(task: () => void | Promise<void>, ms: number): CancelTimer {
    const timer: MachineTimer = { at: this.now() + Math.max(0, ms), task, cancelTimer: () => {} }
    this.#timers.add(timer)
    this.#arm(timer)
    return () => this.#remove(timer)
  }

  /** Moves the time on by `ms`. Timers that fall due on the way fire in order, each awaited before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.now() + ms
    for (let timer = nextDueTimer(this.#timers, until); timer; timer = nextDueTimer(this.#timers, until)) {
      this.#remove(timer)
      this.#offsetMs += Math.max(0, timer.at - this.now())
      await timer.task()
    }
    this.#offsetMs += Math.max(0, until - this.now())
    for (const timer of this.#timers) this.#arm(timer)
  }

  #arm(timer: MachineTimer): void {
    timer.cancelTimer()
    const fire = () => {
      this.#timers.delete(timer)
      return timer.task()
    }
    timer.cancelTimer = realClock.setTimeout(fire, timer.at - this.now())
  }

  #remove(timer: MachineTimer): void {
    timer.cancelTimer()
    this.#timers.delete(timer)
  }
}
