/** What a store may make use of. */
export interface UnitShape {
  /**
   * The work reads first, asks for all of its changes in one turn, and for nothing behind them. A store may commit such units together, which
   * saves round trips. Work that does otherwise is right all the same, and only slower.
   */
  readonly changesLast: boolean
}

/** Runs a piece of work in one transaction of the store. `Ports` are the stores bound to that transaction. */
export interface UnitOfWork<Ports> {
  /**
   * Outcome: what `work` returns, once everything it wrote is durable; nobody is answered before.
   * Errors: what `work` throws comes out unchanged and nothing is written; `store_unavailable` when the store cannot be
   * reached or the outcome of the commit is not known.
   * Repeated call: `work` may be run again after a conflict in the store, so it only reads and writes through `Ports`
   * and takes ids and times that were chosen before. It never waits for a gateway, a broker or a timer.
   * Concurrency: units run as if one after the other on the rows they change; commits of several may share one fsync.
   * Retry: conflicts (deadlock, lock wait) are retried inside; the caller retries `store_unavailable`.
   */
  run<Result>(work: (ports: Ports) => Promise<Result>, shape?: UnitShape): Promise<Result>
}
