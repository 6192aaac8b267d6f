/** Calls a function later; workers and the in-process broker wait with it, so that a test can turn the clock. */
export interface Scheduler {
  /** Outcome: `task` runs once, `delayMs` from now, unless the returned function is called before. */
  schedule(delayMs: number, task: () => void): () => void
}
