import type { Clock } from '@coursepay/core'
import { tableNamesWith } from '../schema/table-names.js'
import type { Committer, SqlEngine } from '../sql/engine.js'
import { InFlightCalls } from '../sql/in-flight-calls.js'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { sql } from '../sql/sql.js'
import { type AggregateMapping, type CommitOutcome, mapCommit } from '../writer/aggregate-mapping.js'
import { Batcher } from '../writer/batcher.js'
import { MysqlWriter } from '../writer/mysql-writer.js'
import { type CommitTask, newCommitTask, type PendingCommit } from '../writer/pending-commit.js'
import { createAutocommitSession } from './autocommit-session.js'
import { ConnectionPool } from './connection-pool.js'
import { createMysqlHostTransaction } from './host-transaction.js'
import { migrate } from './migrate.js'
import type { MysqlAddress } from './mysql-address.js'
import { COMMIT_UNKNOWN_SENTENCE, LOCKED_SENTENCE } from './mysql-failure.js'
import { createMysqlSyntax, SERVER_TIME } from './mysql-syntax.js'

export interface MysqlEngineOptions extends RetryPolicy {
  readonly address: MysqlAddress
  readonly tablePrefix: string
  /** Of leases and due times. Default: the server's own. */
  readonly clock?: Clock
}

/** Two batches at a time: while one is on its way, the next gathers. */
const BATCH_LIMITS = {
  ...{ maxInFlight: 2, maxItems: 64, maxBytes: 1_000_000 },
  timedOut: ({ tries, waitedForLock }: PendingCommit) =>
    tries > 0 || waitedForLock ? LOCKED_SENTENCE : COMMIT_UNKNOWN_SENTENCE,
}

/** MySQL 8 (8.0.1 or newer) or MariaDB (10.6 or newer). Nothing connects before the first call. */
export function createMysqlEngine({ address, tablePrefix, clock, ...retry }: MysqlEngineOptions): SqlEngine {
  const pool = new ConnectionPool(address, retry)
  const calls = new InFlightCalls()
  const lookups = new InFlightCalls()
  const syntax = createMysqlSyntax(tableNamesWith(tablePrefix), clock)
  let conflictRetries = 0
  const countConflict = () => {
    conflictRetries += 1
  }

  function committer<Commit>(mapping: AggregateMapping<Commit>): Committer<Commit> {
    const writer = new MysqlWriter({ pool, mapping, syntax, retry, countConflict })
    // Closing waits for a batch too: its commits may have been answered at their deadline.
    const write = (batch: readonly PendingCommit[]) => calls.track(writer.write(batch))
    const batcher = new Batcher<CommitTask, CommitOutcome>({ ...BATCH_LIMITS, ...retry, write })
    return (commit) => calls.run(async () => await batcher.run(newCommitTask(mapCommit(mapping, commit))))
  }

  const session = createAutocommitSession({ pool, calls, lookups, syntax, retry, countConflict })
  return {
    session,
    committer,
    within: (transaction) => createMysqlHostTransaction(transaction, syntax),
    clock: {
      /** The database server's own clock. */
      read: () =>
        session.all(sql`SELECT ${SERVER_TIME} AS time`).then(
          ([row]) => Number(row?.time),
          () => null,
        ),
    },
    migrate: (onProgress) => migrate({ address, tablePrefix }, onProgress),
    conflictRetries: () => conflictRetries,
    async close() {
      await lookups.close()
      await calls.close()
      await pool.close()
    },
  }
}
