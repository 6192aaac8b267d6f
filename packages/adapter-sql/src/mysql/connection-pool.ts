import type { Socket } from 'node:net'
import { createPool, type Pool, type PoolConnection } from 'mysql2'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { raw, sql } from '../sql/sql.js'
import { MysqlConnection, rowsOf } from './connection.js'
import { driverOptions, openSocket, SESSION_SETUP_STATEMENTS } from './driver-options.js'
import type { MysqlAddress } from './mysql-address.js'
import { MysqlFailure, ownFailureCodes, toMysqlFailure } from './mysql-failure.js'
import { Semaphore } from './semaphore.js'

/** Shorter than the server's `wait_timeout` for our sessions: so no connection is lent that the server has ended. */
const MAX_IDLE_MS = 5_000
/** How long a server that has no connection left is given before a further one is tried. */
const SERVER_FULL_RETRY_MS = 1_000

export interface ConnectionUseOptions {
  /** By `performance.now()`: when the waiting for a connection ends. Default: `busyTimeoutMs` from now. */
  readonly deadline?: number
  /**
   * For statements that may have to wait for rows that others have locked, and commits that have waited for one: the
   * answers are awaited until the deadline too, instead of `answerTimeoutMs`.
   */
  readonly forLocks?: boolean
}

/** mysql2's pool, with a limit to every wait. Throws `MysqlFailure`s only. */
export class ConnectionPool {
  readonly #pool: Pool
  readonly #policy: RetryPolicy
  readonly #address: MysqlAddress
  /** A call waits here and not in mysql2's queue, which knows no deadline. */
  readonly #permits: Semaphore
  /** At most a quarter of the connections: the others keep working while rows are locked for long. */
  readonly #lockPermits: Semaphore
  /** Of the connections whose session is set up: all but new ones. */
  readonly #returnedAt = new WeakMap<PoolConnection, number>()
  /** By the configuration object, which each connection has a copy of: the one thing that both sides see. */
  readonly #sockets = new Map<unknown, Socket>()
  #isGalera = false

  constructor(address: MysqlAddress, policy: RetryPolicy) {
    const { pool: size, queue: maxWaiting } = address.options
    const { scheduler } = policy
    this.#policy = policy
    this.#address = address
    this.#permits = new Semaphore({ scheduler, permits: size, maxWaiting })
    this.#lockPermits = new Semaphore({ scheduler, permits: Math.max(1, Math.floor(size / 4)), maxWaiting })
    this.#pool = createPool({
      ...driverOptions(address),
      connectionLimit: size,
      // mysql2 closes idle connections only below its limit.
      maxIdle: size - 1,
      idleTimeout: MAX_IDLE_MS,
      stream: ({ config }: { config: unknown }) => this.#openSocket(config),
    })
    // A connection may report its death twice, and an error that nobody listens to ends the process.
    this.#pool.on('connection', (driver) => void driver.on('error', () => {}))
  }

  /** Lends a connection to `task`, and takes it back. */
  async use<Result>(
    task: (connection: MysqlConnection) => Promise<Result>,
    options: ConnectionUseOptions = {},
  ): Promise<Result> {
    const { deadline = performance.now() + this.#policy.busyTimeoutMs, forLocks = false } = options
    const releaseLockPermit = forLocks ? await this.#lockPermits.acquire(deadline) : () => {}
    try {
      const { driver, release } = await this.#lend(deadline)
      try {
        return await task(await this.#prepareConnection(driver, forLocks ? deadline : null))
      } finally {
        this.#returnedAt.set(driver, performance.now())
        // One that was destroyed is not taken back.
        driver.release()
        release()
      }
    } finally {
      releaseLockPermit()
    }
  }

  /** For a pool that lends no connection any more. Outcome: no socket is left. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#pool.end(() => resolve()))
    // After the goodbyes: a server that cannot be reached never answers them.
    for (const socket of this.#sockets.values()) socket.destroySoon()
  }

  /** A connection with the permit for it, which the caller releases. */
  async #lend(deadline: number): Promise<{ readonly driver: PoolConnection; readonly release: () => void }> {
    for (let serverFull: MysqlFailure | null = null; ; ) {
      const release = await this.#permits
        .acquire(deadline)
        .catch((error: unknown) => Promise.reject(serverFull ?? error))
      const driver = await this.#acquire(deadline).catch((error: unknown) => toMysqlFailure(error))
      if (!(driver instanceof MysqlFailure)) return { driver, release }
      if (driver.kind !== 'server_full' || performance.now() >= deadline) {
        release()
        throw driver
      }
      serverFull = driver
      // One of our own connections becomes free sooner than the server has room; the permit for one more rests.
      this.#policy.scheduler.schedule(SERVER_FULL_RETRY_MS, release)
    }
  }

  async #acquire(deadline: number): Promise<PoolConnection> {
    for (;;) {
      const driver = await this.#getConnection(deadline)
      const idleMs = performance.now() - (this.#returnedAt.get(driver) ?? Number.POSITIVE_INFINITY)
      if (idleMs < MAX_IDLE_MS) return driver
      driver.destroy()
    }
  }

  #getConnection(deadline: number): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      let late = false
      const cancelTimeout = this.#policy.scheduler.schedule(Math.max(0, deadline - performance.now()), () => {
        late = true
        reject(new MysqlFailure(ownFailureCodes.noConnection))
      })
      this.#pool.getConnection((error, driver) => {
        cancelTimeout()
        if (error) reject(toMysqlFailure(error))
        else if (late) driver.release()
        else resolve(driver)
      })
    })
  }

  async #prepareConnection(driver: PoolConnection, answerDeadline: number | null): Promise<MysqlConnection> {
    const { scheduler, busyTimeoutMs } = this.#policy
    const { answerTimeoutMs } = this.#address.options
    const connection = new MysqlConnection(driver, {
      scheduler,
      answerTimeoutMs: answerDeadline === null ? answerTimeoutMs : Math.max(0, answerDeadline - performance.now()),
      commitTimeoutMs: Math.min(answerTimeoutMs, Math.max(1_000, busyTimeoutMs / 2)),
      mayLoseCommits: () => this.#isGalera,
      closeSocket: ({ config }) => this.#sockets.get(config)?.destroy(),
    })
    if (this.#returnedAt.has(driver)) return connection
    const answers = await connection.change([...SESSION_SETUP_STATEMENTS.map(raw), sql`SHOW VARIABLES LIKE 'wsrep_on'`])
    this.#isGalera = answers
      .slice(-1)
      .flatMap(rowsOf)
      .some(({ Value }) => Value === 'ON')
    return connection
  }

  #openSocket(config: unknown): Socket {
    const socket = openSocket(this.#address)
    this.#sockets.set(config, socket)
    socket.once('close', () => this.#sockets.delete(config))
    return socket
  }
}
