import type { Clock } from '@coursepay/core'
import type SqliteDriver from 'better-sqlite3'
import knex, { type Knex } from 'knex'
import type { TableNames } from '../schema/table-names.js'
import { memoize } from '../sql/memoize.js'
import { oldestFirst } from '../sql/oldest-first.js'
import {
  bind,
  type Claim,
  compile,
  type NativeStatement,
  NOW,
  type Row,
  type Statement,
  statement,
  type Values,
  wrapIdentifier,
} from '../sql/statement.js'
import type { Connection } from './connections.js'

type Prepared = SqliteDriver.Statement<unknown[], Row>

/** SQLite has one writer at a time, so one statement finds, takes and hands out the rows. */
const claims = new WeakMap<Claim, Statement>()
const claimStatement = (claim: Claim): Statement =>
  memoize(claims, claim, () =>
    statement((with_) =>
      with_
        .sql(claim.table)
        .update(claim.changes(with_))
        .whereIn('id', claim.due(with_))
        .returning([...claim.columns]),
    ),
  )

/** The statements of one connection, each prepared when it is first used. Throws the driver's errors. */
export class PreparedStatements {
  readonly #connection: Connection
  readonly #clock: Clock
  /** knex as a writer of SQL only: it never connects. */
  readonly #sql: Knex
  readonly #compiled = new WeakMap<Statement, NativeStatement>()
  readonly #prepared = new WeakMap<Statement, Prepared>()

  constructor(connection: Connection, clock: Clock, tables: TableNames) {
    this.#connection = connection
    this.#clock = clock
    this.#sql = knex({ client: 'better-sqlite3', useNullAsDefault: true, wrapIdentifier: wrapIdentifier(tables) })
  }

  run(source: Statement, values: Values): number {
    return this.#prepare(source).run(...this.#bind(source, values)).changes
  }

  all(source: Statement, values: Values): Row[] {
    return this.#prepare(source).all(...this.#bind(source, values))
  }

  /** RETURNING promises no order, so the rows are sorted here. */
  claim(claim: Claim, values: Values): Row[] {
    return this.all(claimStatement(claim), values).sort(oldestFirst)
  }

  #prepare(source: Statement): Prepared {
    return memoize(this.#prepared, source, () =>
      this.#connection.prepare<unknown[], Row>(this.#native(source).sql).safeIntegers(true),
    )
  }

  #native(source: Statement): NativeStatement {
    const sql = this.#sql
    const context = { sql, now: NOW, hideFromPlanner: (value: unknown) => sql.raw('(select ?)', [value as string]) }
    return memoize(this.#compiled, source, () => compile(source, context))
  }

  #bind(source: Statement, values: Values): unknown[] {
    return bind(this.#native(source), values, () => this.#clock.now())
  }
}
