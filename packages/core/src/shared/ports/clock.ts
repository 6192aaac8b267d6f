/** Milliseconds since 1970 in UTC. */
export type EpochMs = number

/** The time of day. Domain functions never ask it: they are given the time. */
export interface Clock {
  /** Never fails. May step back when the machine's clock is set; it gives no order of events. */
  now(): EpochMs
  /**
   * Compares it with other clocks. False: it has jumped and no other clock agrees, so nothing is done that only the
   * time decides. Absent in a clock that is trusted as it is.
   */
  verify?(): Promise<boolean>
}

/** The clock of another machine, which is asked when this one's may be wrong: the database's, the gateway's. */
export interface ReferenceClock {
  /**
   * Outcome: its time now; null while it cannot be read. Errors: none. Repeated call and concurrency: only reads.
   * Retry: the caller, later.
   */
  read(): Promise<EpochMs | null>
}

/** Calls a function later; workers and the in-process broker wait with it, so that a test can turn the clock. */
export interface Scheduler {
  /** Outcome: `task` runs once, `delayMs` from now, unless the returned function is called before. */
  schedule(delayMs: number, task: () => void): () => void
}
