/** Milliseconds since 1970 in UTC. */
export type EpochMs = number

/** The time of day. Domain functions never ask it: they are given the time. */
export interface Clock {
  /** Never fails. May step back when the machine's clock is set; whoever needs order must not build on it. */
  now(): EpochMs
}
