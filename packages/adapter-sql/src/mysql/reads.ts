import type { Statement, Values } from '../sql/statement.js'
import type { Answer } from './connection.js'
import type { ConnectionPool } from './connection-pool.js'
import { type BoundStatement, bound } from './dialect.js'
import { Lanes } from './lanes.js'
import { mergeLookUps } from './merged-look-ups.js'

interface Asked {
  readonly statement: BoundStatement
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/**
 * Reads outside of transactions. One by a key costs its round trip more than its rows; so those that are asked at the same time share
 * a packet.
 */
export class Reads {
  readonly #pool: ConnectionPool
  readonly #lookUps = new Lanes<Asked>({ lanes: 2, largestGroup: 64, work: (asked) => this.#readTogether(asked) })

  constructor(pool: ConnectionPool) {
    this.#pool = pool
  }

  /** Throws `MysqlFailure`s. */
  read(statement: Statement, values: Values): Promise<Answer> {
    const question = bound(statement, values)
    return statement.isLookUp ? this.#lookUp(question) : this.#pool.use((connection) => connection.execute(question))
  }

  #lookUp(statement: BoundStatement): Promise<Answer> {
    return new Promise((resolve, reject) => this.#lookUps.add({ statement, resolve, reject }))
  }

  async #readTogether(asked: readonly Asked[]): Promise<void> {
    const lookUps = mergeLookUps(asked)
    const statements = lookUps.map(({ statement }) => statement)
    try {
      const answers = await this.#pool.use((connection) => connection.read(statements))
      for (const [place, { resolve }] of lookUps.entries()) resolve(answers[place] ?? [])
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }
}
