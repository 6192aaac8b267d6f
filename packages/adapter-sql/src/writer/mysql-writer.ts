import type { AutocommitSessionOptions } from '../mysql/autocommit-session.js'
import { type MysqlConnection, rowsOf } from '../mysql/connection.js'
import {
  affectsEveryStatement,
  COMMIT_UNKNOWN_SENTENCE,
  DEADLOCK_ERRNO,
  MysqlFailure,
  ownFailureCodes,
  toCheckoutError,
  toMysqlFailure,
} from '../mysql/mysql-failure.js'
import { waitBackoff } from '../sql/retry-policy.js'
import { join, type Query, raw, type Sql, sql } from '../sql/sql.js'
import { storeUnavailableError } from '../sql/store-errors.js'
import { type AggregateMapping, commitProofCondition, statementsOf } from './aggregate-mapping.js'
import {
  type CommitReadiness,
  errorUnlessQuery,
  guardStatements,
  readinessFromAnswers,
  readinessQueries,
} from './mysql-guard.js'
import { isPastDeadline, markWaitedForLock, type PendingCommit, rejectBatch, resolveBatch } from './pending-commit.js'

export interface MysqlWriterOptions<Commit> extends Omit<AutocommitSessionOptions, 'calls' | 'lookups'> {
  readonly mapping: AggregateMapping<Commit>
}

/** Half of our sessions' `innodb_lock_wait_timeout`: what is not waited for is answered far sooner. */
const LOCK_WAIT_THRESHOLD_MS = 500

type CommitBatch = readonly PendingCommit[]

/** Writes batches, each in one packet that ends with its COMMIT: a process that freezes behind it leaves no lock. */
export class MysqlWriter<Commit> {
  readonly #options: MysqlWriterOptions<Commit>

  constructor(options: MysqlWriterOptions<Commit>) {
    this.#options = options
  }

  /** Outcome: every commit is settled but those that are answered: somebody else has their rows locked. */
  async write(batch: CommitBatch): Promise<CommitBatch> {
    const [first, ...others] = batch
    if (first === undefined) return []
    // One of them waits for a row that somebody else has locked, and the others shall not wait with it.
    if (first.waitedForLock && others.length > 0)
      return (await Promise.all(batch.map((pending) => this.write([pending])))).flat()
    let sentAt: number | null = null
    const task = (connection: MysqlConnection) => {
      sentAt = performance.now()
      return this.#writeOn(connection, batch)
    }
    try {
      const { pool } = this.#options
      const next = await pool.use(task, first.waitedForLock ? { deadline: first.deadline, forLocks: true } : {})
      return await next()
    } catch (error) {
      if (sentAt === null) return rejectBatch(batch, toCheckoutError(error))
      const failure = toMysqlFailure(error)
      const hasWaited = failure.kind === 'locked_row' && performance.now() - sentAt > LOCK_WAIT_THRESHOLD_MS
      return hasWaited ? markWaitedForLock(batch) : await this.#recover(batch, failure)
    }
  }

  /** What follows waits until the connection is back in the pool, which may have no other. */
  async #writeOn(connection: MysqlConnection, batch: CommitBatch): Promise<() => Promise<CommitBatch>> {
    const { mapping, syntax } = this.#options
    const guards = guardStatements(mapping, commitsOf(batch), syntax)
    const failure = await this.#tryToCommit(connection, batch, [...connection.beginStatements, ...guards])
    if (failure === null) return async () => resolveBatch(batch, 'committed')
    if (failure.kind === 'unmet_guard') return await this.#commitReadyOnly(connection, batch)
    await connection.rollBack()
    throw failure
  }

  #tryToCommit(
    connection: MysqlConnection,
    batch: CommitBatch,
    guards: readonly Query[],
  ): Promise<MysqlFailure | null> {
    return this.#commit(connection, batch, guards).then(() => null, toMysqlFailure)
  }

  /** A node of Galera may answer a COMMIT that another node's transaction has undone: there it is read back. */
  async #commit(connection: MysqlConnection, batch: CommitBatch, guards: readonly Query[]): Promise<void> {
    const { mapping, syntax } = this.#options
    const statements = statementsOf(mapping, commitsOf(batch), syntax).flatMap(({ query, mustChange }) =>
      mustChange === null ? [query] : [query, errorUnlessQuery(sql`ROW_COUNT() = ${mustChange}`)],
    )
    await connection.change([...guards, ...statements, ...connection.commitStatements], { holdsLocks: true })
    if (!connection.mayLoseCommits) return
    const [[row = {}] = []] = await connection.query([this.#proofQuery(batch, 'TRUE')], { holdsLocks: true })
    if (Object.values(row).every((isDone) => Number(isDone) === 1)) return
    // What proves it may also be gone by now, such as a message that went out.
    for (const pending of batch) pending.inDoubt = true
    throw new MysqlFailure(ownFailureCodes.undone, DEADLOCK_ERRNO)
  }

  #proofQuery(batch: CommitBatch, whenUnknown: 'TRUE' | 'FALSE'): Sql {
    const { mapping, syntax } = this.#options
    const proofs = batch.map(({ commit }) => commitProofCondition(mapping, commit, syntax) ?? raw(whenUnknown))
    return sql`SELECT ${join(proofs.map((proof, index) => sql`${proof} AS ${raw(`done${index}`)}`))}`
  }

  /** Finds out under lock which commits cannot be, and writes the others. */
  async #commitReadyOnly(connection: MysqlConnection, batch: CommitBatch): Promise<() => Promise<CommitBatch>> {
    const { mapping, syntax } = this.#options
    const commits = commitsOf(batch)
    const begin = [sql`ROLLBACK`, ...connection.beginStatements]
    const queries = [...begin, ...readinessQueries(mapping, commits, syntax)]
    const answers = await connection.changeOrRollBack(queries, { holdsLocks: true })
    const readiness = readinessFromAnswers(mapping, commits, answers.slice(begin.length).map(rowsOf), syntax)
    const ofReadiness = (wanted: CommitReadiness) => batch.filter((_, index) => readiness[index] === wanted)
    const ready = ofReadiness('ready')
    // The rows are locked by this transaction, so that the guard holds already.
    const failure = ready.length === 0 ? null : await this.#tryToCommit(connection, ready, [])
    if (ready.length === 0 || failure !== null) await connection.rollBack()
    return async () => {
      await this.#settleConflicts(ofReadiness('conflicting'))
      const again = failure === null ? resolveBatch(ready, 'committed') : await this.#recover(ready, failure)
      return [...ofReadiness('locked'), ...again]
    }
  }

  async #recover(batch: CommitBatch, failure: MysqlFailure): Promise<CommitBatch> {
    if (failure.errno === 0) return await this.#retryAfterLostAnswer(batch, failure)
    if (failure.kind === 'conflict') return await this.#retryAfterConflict(batch, failure)
    if (affectsEveryStatement(failure)) return rejectBatch(batch, toCheckoutError(failure))
    const [only, ...others] = batch
    if (only === undefined || others.length > 0) return await this.#writeHalves(batch, failure)
    if (failure.kind === 'locked_row') return [only]
    if (isCommitRefusal(failure)) return await this.#settleConflicts([only])
    if (only.inDoubt) return rejectBatch([only], toCheckoutError(failure))
    only.inDoubt = true
    return await this.write([only])
  }

  /**
   * No answer came. Whether it was done shows when it is tried: looking first would miss one that is still on its way.
   */
  async #retryAfterLostAnswer(batch: CommitBatch, failure: MysqlFailure): Promise<CommitBatch> {
    const isHopeless = (pending: PendingCommit) => pending.lostAnswers > 0 || isPastDeadline(pending)
    rejectBatch(batch.filter(isHopeless), storeUnavailableError(COMMIT_UNKNOWN_SENTENCE, failure))
    const again = batch.filter((pending) => !isHopeless(pending))
    for (const pending of again) {
      pending.inDoubt = true
      pending.lostAnswers += 1
    }
    return await this.write(again)
  }

  /** The server undid the whole batch, for reasons that are not in it. */
  async #retryAfterConflict(batch: CommitBatch, failure: MysqlFailure): Promise<CommitBatch> {
    rejectBatch(batch.filter(isPastDeadline), toCheckoutError(failure))
    const again = batch.filter((pending) => !isPastDeadline(pending))
    const [first] = again
    if (first === undefined) return []
    this.#options.countConflict()
    await waitBackoff(this.#options.retry.scheduler, first.tries)
    for (const pending of again) pending.tries += 1
    return await this.write(again)
  }

  /** One of them cannot be written: the others shall not suffer from it. */
  async #writeHalves(batch: CommitBatch, failure: MysqlFailure): Promise<CommitBatch> {
    const isKnown = isCommitRefusal(failure) || failure.kind === 'locked_row'
    for (const pending of batch) pending.inDoubt ||= !isKnown
    const middle = Math.ceil(batch.length / 2)
    return [...(await this.write(batch.slice(0, middle))), ...(await this.write(batch.slice(middle)))]
  }

  /** A commit in doubt met either a foreign commit or itself: the row that it inserts tells. */
  async #settleConflicts(batch: CommitBatch): Promise<CommitBatch> {
    resolveBatch(
      batch.filter(({ inDoubt }) => !inDoubt),
      'conflict',
    )
    const doubtful = batch.filter(({ inDoubt }) => inDoubt)
    if (doubtful.length === 0) return []
    const query = this.#proofQuery(doubtful, 'FALSE')
    try {
      const [[row = {}] = []] = await this.#options.pool.use((connection) => connection.query([query]))
      for (const [index, { resolve }] of doubtful.entries())
        resolve(Number(row[`done${index}`]) === 1 ? 'committed' : 'conflict')
      return []
    } catch (error) {
      return rejectBatch(doubtful, toCheckoutError(error))
    }
  }
}

const commitsOf = (batch: CommitBatch) => batch.map(({ commit }) => commit)

/** What a commit asks for cannot be, whatever is tried: a key is taken, or a row is not as it was read. */
const isCommitRefusal = ({ kind }: MysqlFailure) => kind === 'constraint' || kind === 'unmet_guard'
