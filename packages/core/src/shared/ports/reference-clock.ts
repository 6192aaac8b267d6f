import type { EpochMs } from './clock.js'

/** The clock of another machine, which is asked when this one's may be wrong: the database's, the gateway's. */
export interface ReferenceClock {
  /**
   * Outcome: its time now; null while it cannot be read. Errors: none. Repeated call and concurrency: only reads.
   * Retry: the caller, later.
   */
  read(): Promise<EpochMs | null>
}
