/** Counts work that is under way, so that a test can wait for its end instead of sleeping. */
export class InFlight {
  #count = 0
  #waiting: Array<() => void> = []

  async track<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#count += 1
    try {
      // Not in the caller's turn: what is tracked starts after the caller has committed.
      await Promise.resolve()
      return await work()
    } finally {
      this.#count -= 1
      this.#wakeWhenIdle()
    }
  }

  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wakeWhenIdle(): void {
    if (this.#count > 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
