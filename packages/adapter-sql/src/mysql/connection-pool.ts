import type { Socket } from 'node:net'
import { createPool, type Pool, type PoolConnection } from 'mysql2'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { MysqlConnection } from './connection.js'
import { driverOptions, openSocket, sessionSettings } from './driver-options.js'
import type { MysqlAddress } from './mysql-address.js'
import { MysqlFailure, ownCodes, toMysqlFailure } from './mysql-failure.js'

/** mysql2's pool, with a limit to every wait. Throws `MysqlFailure`s only. */
export class ConnectionPool {
  readonly #pool: Pool
  readonly #retry: RetryPolicy
  readonly #answerTimeoutMs: number
  readonly #setUp = new WeakSet<PoolConnection>()
  /** By the configuration object, which each connection has a copy of: the one thing that both sides see. */
  readonly #sockets = new Map<unknown, Socket>()
  readonly #idle: (() => void)[] = []
  #lent = 0
  #closed = false

  constructor(address: MysqlAddress, retry: RetryPolicy) {
    this.#retry = retry
    this.#answerTimeoutMs = address.options.answerTimeoutMs
    this.#pool = createPool({
      ...driverOptions(address),
      connectionLimit: address.options.pool,
      queueLimit: address.options.queue,
      stream: ({ config }: { config: unknown }) => this.#openSocket(config, address),
    })
    // A connection tells of its death twice at times, and an error that nobody listens to ends the process.
    this.#pool.on('connection', (driver) => void driver.on('error', () => {}))
  }

  /** Lends a connection to `task`, and takes it back. */
  async use<Result>(task: (connection: MysqlConnection) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new MysqlFailure(ownCodes.closed)
    this.#lent += 1
    try {
      const driver = await this.#acquire()
      try {
        return await task(await this.#connectionOn(driver))
      } finally {
        // One that was destroyed is not taken back.
        driver.release()
      }
    } finally {
      this.#lent -= 1
      if (this.#lent === 0) for (const wake of this.#idle.splice(0)) wake()
    }
  }

  /** Outcome: what was asked for before is done, and no socket is left. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#lent > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    await new Promise<void>((resolve) => this.#pool.end(() => resolve()))
    // After the goodbyes: a server that cannot be reached never answers them.
    for (const socket of this.#sockets.values()) socket.destroySoon()
  }

  #acquire(): Promise<PoolConnection> {
    const { scheduler, busyTimeoutMs } = this.#retry
    return new Promise((resolve, reject) => {
      let late = false
      const giveUp = scheduler.schedule(busyTimeoutMs, () => {
        late = true
        reject(new MysqlFailure(ownCodes.noConnection))
      })
      this.#pool.getConnection((error, driver) => {
        giveUp()
        if (error) reject(toMysqlFailure(error))
        else if (late) driver.release()
        else resolve(driver)
      })
    })
  }

  async #connectionOn(driver: PoolConnection): Promise<MysqlConnection> {
    const { scheduler, busyTimeoutMs } = this.#retry
    const connection = new MysqlConnection(driver, {
      scheduler,
      answerTimeoutMs: this.#answerTimeoutMs,
      commitTimeoutMs: Math.min(this.#answerTimeoutMs, Math.max(1_000, busyTimeoutMs / 2)),
      cut: ({ config }) => this.#sockets.get(config)?.destroy(),
    })
    if (this.#setUp.has(driver)) return connection
    // Half of the time: a conflict that is given up leaves time for another try.
    const lockWaitSeconds = Math.max(1, Math.floor(busyTimeoutMs / 2_000))
    await connection.change(sessionSettings(lockWaitSeconds))
    this.#setUp.add(driver)
    return connection
  }

  #openSocket(config: unknown, { host, port }: MysqlAddress): Socket {
    const socket = openSocket(host, port)
    this.#sockets.set(config, socket)
    socket.once('close', () => this.#sockets.delete(config))
    return socket
  }
}
