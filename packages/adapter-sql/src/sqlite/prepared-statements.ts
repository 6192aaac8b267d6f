import type { Clock } from '@coursepay/core'
import type SqliteDriver from 'better-sqlite3'
import knex from 'knex'
import { indexName } from '../schema/table-definition.js'
import type { TableNames } from '../schema/table-names.js'
import {
  bind,
  compile,
  type NativeStatement,
  NOW,
  type Row,
  type SqlContext,
  type Statement,
  type Values,
  wrapIdentifier,
} from '../sql/statement.js'
import type { Connection } from './connections.js'

interface Prepared {
  readonly native: NativeStatement
  readonly statement: SqliteDriver.Statement<unknown[], Row>
}

/** The statements of one connection, each prepared when it is first used. Throws the driver's errors. */
export class PreparedStatements {
  readonly #connection: Connection
  readonly #now: () => number
  readonly #context: SqlContext
  readonly #prepared = new WeakMap<Statement, Prepared>()

  constructor(connection: Connection, clock: Clock, tables: TableNames) {
    this.#connection = connection
    this.#now = () => clock.now()
    // knex as a writer of SQL only: it never connects.
    const sql = knex({ client: 'better-sqlite3', useNullAsDefault: true, wrapIdentifier: wrapIdentifier(tables) })
    this.#context = {
      sql,
      now: NOW,
      tableByIndex: (table, columns) => sql.raw('?? INDEXED BY ??', [table, indexName(tables[table], columns)]),
      joinInOrder: 'cross join',
      skipLocked: (query) => query,
    }
  }

  run(source: Statement, values: Values): number {
    const { native, statement } = this.#prepare(source)
    return statement.run(...bind(native, values, this.#now)).changes
  }

  all(source: Statement, values: Values): Row[] {
    const { native, statement } = this.#prepare(source)
    return statement.all(...bind(native, values, this.#now))
  }

  #prepare(source: Statement): Prepared {
    const known = this.#prepared.get(source)
    if (known !== undefined) return known
    const native = compile(source, this.#context)
    const statement = this.#connection.prepare<unknown[], Row>(native.sql).safeIntegers(true)
    this.#prepared.set(source, { native, statement })
    return { native, statement }
  }
}
