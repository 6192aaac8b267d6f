import type { Clock } from '@coursepay/core'
import type SqliteDriver from 'better-sqlite3'
import knex, { type Knex } from 'knex'
import { oldestFirst } from '../sql/oldest-first.js'
import { remember } from '../sql/remember.js'
import {
  bind,
  type Claim,
  compile,
  type NativeStatement,
  NOW,
  type Row,
  type SqlContext,
  type Statement,
  statement,
  type Values,
} from '../sql/statement.js'
import type { Connection } from './connections.js'

type Prepared = SqliteDriver.Statement<unknown[], Row>

/** knex as a writer of SQL only: it never connects. */
const sql: Knex = knex({ client: 'better-sqlite3', useNullAsDefault: true })
const context: SqlContext = { sql, now: NOW, unplanned: (value) => sql.raw('(select ?)', [value]) }

const compiled = new WeakMap<Statement, NativeStatement>()
const claims = new WeakMap<Claim, Statement>()

/** SQLite has one writer at a time, so one statement finds, takes and hands out the rows. */
const claimStatement = (claim: Claim): Statement =>
  remember(claims, claim, () =>
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
  readonly #prepared = new WeakMap<Statement, Prepared>()

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  run(source: Statement, values: Values): number {
    return this.#prepare(source).run(...this.#bind(source, values)).changes
  }

  get(source: Statement, values: Values): Row | undefined {
    return this.#prepare(source).get(...this.#bind(source, values))
  }

  all(source: Statement, values: Values): Row[] {
    return this.#prepare(source).all(...this.#bind(source, values))
  }

  /** RETURNING promises no order, so the rows are sorted here. */
  claim(claim: Claim, values: Values): Row[] {
    return this.all(claimStatement(claim), values).sort(oldestFirst)
  }

  #prepare(source: Statement): Prepared {
    return remember(this.#prepared, source, () =>
      this.#connection.prepare<unknown[], Row>(native(source).sql).safeIntegers(true),
    )
  }

  #bind(source: Statement, values: Values): unknown[] {
    return bind(native(source), values, () => this.#clock.now())
  }
}

const native = (source: Statement): NativeStatement => remember(compiled, source, () => compile(source, context))
