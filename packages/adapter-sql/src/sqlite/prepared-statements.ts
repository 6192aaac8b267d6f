import type { Clock } from '@coursepay/core'
import type SqliteDriver from 'better-sqlite3'
import knex from 'knex'
import { indexName } from '../schema/table-definition.js'
import type { TableNames } from '../schema/table-names.js'
import { memoize } from '../sql/memoize.js'
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

type Prepared = SqliteDriver.Statement<unknown[], Row>

/** The statements of one connection, each prepared when it is first used. Throws the driver's errors. */
export class PreparedStatements {
  readonly #connection: Connection
  readonly #clock: Clock
  readonly #context: SqlContext
  readonly #compiled = new WeakMap<Statement, NativeStatement>()
  readonly #prepared = new WeakMap<Statement, Prepared>()

  constructor(connection: Connection, clock: Clock, tables: TableNames) {
    this.#connection = connection
    this.#clock = clock
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
    return this.#prepare(source).run(...this.#bind(source, values)).changes
  }

  all(source: Statement, values: Values): Row[] {
    return this.#prepare(source).all(...this.#bind(source, values))
  }

  #prepare(source: Statement): Prepared {
    return memoize(this.#prepared, source, () =>
      this.#connection.prepare<unknown[], Row>(this.#native(source).sql).safeIntegers(true),
    )
  }

  #native(source: Statement): NativeStatement {
    return memoize(this.#compiled, source, () => compile(source, this.#context))
  }

  #bind(source: Statement, values: Values): unknown[] {
    return bind(this.#native(source), values, () => this.#clock.now())
  }
}
