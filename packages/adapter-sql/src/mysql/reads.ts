import type { Statement, Values } from '../sql/statement.js'
import type { Answer } from './connection.js'
import type { ConnectionPool } from './connection-pool.js'
import { type BoundStatement, bound } from './dialect.js'

interface Asked {
  readonly statement: BoundStatement
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** Packets under way at once; whoever asks meanwhile shares the next one. */
const LANES = 2
const LARGEST_PACKET = 64

/**
 * Reads outside of transactions. One by a key costs its round trip more than its rows; so those that are asked at the same time share
 * a packet.
 */
export class Reads {
  readonly #pool: ConnectionPool
  readonly #asked: Asked[] = []
  #soon = false
  #busy = 0

  constructor(pool: ConnectionPool) {
    this.#pool = pool
  }

  /** Throws `MysqlFailure`s. */
  read(statement: Statement, values: Values): Promise<Answer> {
    const question = bound(statement, values)
    return statement.isLookUp ? this.#lookUp(question) : this.#pool.use((connection) => connection.execute(question))
  }

  #lookUp(statement: BoundStatement): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ statement, resolve, reject })
      this.#startSoon()
    })
  }

  /** Whoever asks while I/O is read joins. */
  #startSoon(): void {
    if (this.#soon) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      this.#start()
    })
  }

  #start(): void {
    while (this.#busy < LANES && this.#asked.length > 0) {
      this.#busy += 1
      void this.#readTogether(this.#asked.splice(0, LARGEST_PACKET)).finally(() => {
        this.#busy -= 1
        this.#start()
      })
    }
  }

  async #readTogether(asked: readonly Asked[]): Promise<void> {
    const statements = asked.map(({ statement }) => statement)
    try {
      const answers = await this.#pool.use((connection) => connection.read(statements))
      for (const [place, { resolve }] of asked.entries()) resolve(answers[place] ?? [])
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }
}
