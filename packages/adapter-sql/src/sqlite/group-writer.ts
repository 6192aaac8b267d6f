import { CheckoutError } from '@coursepay/core'
import { InFlightCalls } from '../sql/in-flight-calls.js'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { storeUnavailableError } from '../sql/store-errors.js'
import { Batcher, type BatchItem } from '../writer/batcher.js'
import type { Connection, DatabaseFile } from './database-file.js'
import type { FileReplacementDetector } from './file-identity.js'
import { IN_USE_SENTENCE, isBusy, toCheckoutError } from './sqlite-errors.js'
import { PreparedStatements } from './statements.js'

/** Writes at once: nothing can be awaited inside a transaction. When it runs twice, what the first run did is gone. */
export type TransactionFunction<Result> = (statements: PreparedStatements) => Result

interface SubmittedJob {
  readonly job: TransactionFunction<unknown>
}
type WaitingJob = BatchItem<SubmittedJob, unknown>

/** Bounds how long a group may keep the event loop: a job takes some 0.1 ms. */
const GROUP_LIMITS = { maxInFlight: 1, maxItems: 64, timedOut: () => IN_USE_SENTENCE }

/** What `resolve` or `reject` is called with, once the group is durable. */
type SettleCaller = () => void

/** A job failed behind a write of its own, and has no savepoint. */
class PartialWriteError extends Error {}

/**
 * The one writer. Jobs that wait at the same time share a transaction, so that one fsync serves them all. One that
 * fails takes back only its own writes: when there are any, all run again, each in a savepoint. (A savepoint for each
 * job from the start would take a fifth of its time.) Nobody is answered before the commit.
 */
export class GroupWriter {
  readonly #connection: Connection
  readonly #identity: FileReplacementDetector
  readonly #batcher: Batcher<SubmittedJob, unknown>
  readonly #calls = new InFlightCalls()
  readonly #statements: PreparedStatements

  constructor({ connection, identity }: DatabaseFile, retry: RetryPolicy) {
    this.#connection = connection
    this.#statements = new PreparedStatements(connection)
    this.#identity = identity
    this.#batcher = new Batcher({ ...GROUP_LIMITS, ...retry, write: async (jobs) => this.#write(jobs) })
  }

  /** Outcome: what the job returns, when its writes are durable. Throws what it throws, or `store_unavailable`. */
  run<Result>(job: TransactionFunction<Result>): Promise<Result> {
    return this.#calls.run(() => this.#batcher.run({ job }) as Promise<Result>)
  }

  /** Outcome: what was asked for before is done; every later call is refused. */
  close(): Promise<void> {
    return this.#calls.close()
  }

  /** Answers the jobs that are to be tried again: another process is writing. */
  #write(jobs: readonly WaitingJob[], inSavepoints = false): readonly WaitingJob[] {
    try {
      this.#identity.verify()
      this.#execute('BEGIN IMMEDIATE')
    } catch (error) {
      if (isBusy(error)) return jobs
      throw toCheckoutError(error)
    }
    try {
      const settlements = jobs.map((each) => this.#runJob(each, inSavepoints))
      this.#execute('COMMIT')
      this.#identity.verify()
      for (const settle of settlements) settle()
      return []
    } catch (error) {
      this.#rollBack()
      if (error instanceof PartialWriteError) return this.#write(jobs, true)
      // Also for a job that failed on its own: what it saw may have been another's, and is not in the store.
      const failure = CheckoutError.isInstance(error)
        ? error
        : storeUnavailableError('The database could not commit. Check its disk, then retry.', error)
      for (const job of jobs) job.reject(failure)
      return []
    }
  }

  #runJob({ job, resolve, reject }: WaitingJob, inSavepoint: boolean): SettleCaller {
    if (inSavepoint) this.#execute('SAVEPOINT job')
    const { changes } = this.#statements
    try {
      const result = job(this.#statements)
      if (inSavepoint) this.#execute('RELEASE job')
      return () => resolve(result)
    } catch (error) {
      // A full disk or an I/O error makes SQLite roll back on its own; what came after would be committed alone.
      if (!this.#connection.inTransaction) throw error
      if (inSavepoint) this.#execute('ROLLBACK TO job')
      if (inSavepoint) this.#execute('RELEASE job')
      else if (this.#statements.changes > changes) throw new PartialWriteError()
      return () => reject(toCheckoutError(error))
    }
  }

  #rollBack(): void {
    try {
      if (this.#connection.inTransaction) this.#execute('ROLLBACK')
    } catch {
      // Then the next BEGIN fails, and tells its callers so.
    }
  }

  #execute(sql: string): void {
    this.#statements.run({ sql, values: [] })
  }
}
