import type { Clock } from '@coursepay/core'
import knex from 'knex'
import { indexName } from '../schema/table-definition.js'
import type { TableNames } from '../schema/table-names.js'
import {
  bind,
  type Change,
  compiler,
  NOW,
  type SqlValue,
  type Statement,
  type Values,
  wrapIdentifier,
} from '../sql/statement.js'
import type { WriteSyntax } from '../writer/write-step.js'
import { inlineValue, inlineValues } from './driver-values.js'

/**
 * The server's clock in ms as a BIGINT. By UTC, since the session's own time has an hour that comes twice, and by
 * TIMESTAMPDIFF, since UNIX_TIMESTAMP(NOW(3)) is a DECIMAL and ends in 2038 on MariaDB 10 and 11.4.
 */
export const SERVER_TIME = "(timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000)"

export interface BoundStatement {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** How statements are written for MySQL, on one database's tables. */
export class MysqlDialect {
  readonly writing: WriteSyntax
  readonly #clock: Clock | null
  readonly #compile: ReturnType<typeof compiler>

  /** `clock` stands for the server's own. */
  constructor(tables: TableNames, clock: Clock | null = null) {
    this.#clock = clock
    // knex as a writer of SQL only: it never connects.
    const sql = knex({ client: 'mysql2', wrapIdentifier: wrapIdentifier(tables) })
    this.#compile = compiler({
      sql,
      now: clock === null ? sql.raw(SERVER_TIME) : NOW,
      tableByIndex: (table, columns) => sql.raw('?? FORCE INDEX (??)', [table, indexName(tables[table], columns)]),
      joinInOrder: 'straight_join',
      skipLocked: (query) => query.forUpdate().skipLocked(),
    })
    this.writing = {
      tables,
      put: (cell) => (cell === NOW ? timeIn(clock) : inlineValue(cell as SqlValue)),
      ifAbsent: (column) => `ON DUPLICATE KEY UPDATE ${column} = ${column}`,
    }
  }

  bind(source: Statement, values: Values): BoundStatement {
    const native = this.#compile(source)
    return { sql: native.sql, values: bind(native, values, () => this.#clock?.now() ?? noClock()) }
  }

  /** A statement with its values in it. */
  readonly inline = ([source, values]: Change): string => {
    const { sql, values: bound } = this.bind(source, values)
    return inlineValues(sql, bound)
  }
}

const timeIn = (clock: Clock | null): string => (clock === null ? SERVER_TIME : String(clock.now()))

function noClock(): never {
  throw new TypeError('A statement asks for the time of this process, where the server has its own.')
}
