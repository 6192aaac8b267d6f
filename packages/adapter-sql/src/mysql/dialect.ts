import knex, { type Knex } from 'knex'
import type { TableNames } from '../schema/table-names.js'
import { memoize } from '../sql/memoize.js'
import { padToPowerOfTwo } from '../sql/pad-to-power-of-two.js'
import type { Change } from '../sql/session.js'
import {
  bind,
  type Claim,
  compile,
  type NativeStatement,
  NOW,
  param,
  type SqlValue,
  type Statement,
  statement,
  type Values,
  wrapIdentifier,
} from '../sql/statement.js'
import type { SqlWriting } from '../writer/write-step.js'
import { inlineValue, inlineValues } from './inline-values.js'

/**
 * The server's clock in ms as a BIGINT. By UTC, since the session's own time has an hour that comes twice, and by
 * TIMESTAMPDIFF, since UNIX_TIMESTAMP(NOW(3)) is a DECIMAL and ends in 2038 on MariaDB 10 and 11.4.
 */
export const SERVER_TIME = "(timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000)"

export interface BoundStatement {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** A claim in two statements of one transaction; MySQL has no UPDATE … RETURNING, and SKIP LOCKED in SELECT only. */
interface ClaimStatements {
  /** Finds rows, due at `from` or later, that nobody else is claiming, and locks them. */
  readonly find: Statement
  /** Of as many rows as the list of ids has places: see `idValues`. */
  take(places: number): Statement
}

/** How statements are written for MySQL, on one database's tables. */
export class MysqlDialect {
  readonly writing: SqlWriting
  /** knex as a writer of SQL only: it never connects. */
  readonly #sql: Knex
  readonly #compiled = new WeakMap<Statement, NativeStatement>()
  readonly #claims = new WeakMap<Claim, ClaimStatements>()

  constructor(tables: TableNames) {
    this.#sql = knex({ client: 'mysql2', wrapIdentifier: wrapIdentifier(tables) })
    this.writing = {
      tables,
      put: (cell) => (cell === NOW ? SERVER_TIME : inlineValue(cell as SqlValue)),
      ifAbsent: (column) => `ON DUPLICATE KEY UPDATE ${column} = ${column}`,
    }
  }

  bind(source: Statement, values: Values): BoundStatement {
    const native = this.#native(source)
    return { sql: native.sql, values: bind(native, values, noClock) }
  }

  /** A statement with its values in it. */
  readonly inline = ([source, values]: Change): string => {
    const { sql, values: bound } = this.bind(source, values)
    return inlineValues(sql, bound)
  }

  claim(claim: Claim): ClaimStatements {
    return memoize(this.#claims, claim, () => makeClaim(claim))
  }

  #native(source: Statement): NativeStatement {
    const context = { sql: this.#sql, now: this.#sql.raw(SERVER_TIME), hideFromPlanner: <Value>(value: Value) => value }
    return memoize(this.#compiled, source, () => compile(source, context))
  }
}

function noClock(): never {
  throw new TypeError('A statement asks for the time of this process, where the server has its own.')
}

function makeClaim(claim: Claim): ClaimStatements {
  return {
    find: statement((with_) =>
      claim
        .due(with_)
        .clearSelect()
        .select(...claim.columns, 'available_at')
        .where('available_at', '>=', param('from'))
        .forUpdate()
        .skipLocked(),
    ),
    take: forEachSize((places) =>
      statement((with_) => with_.sql(claim.table).whereIn('id', idParams(places)).update(claim.changes(with_))),
    ),
  }
}

function forEachSize(make: (places: number) => Statement): (places: number) => Statement {
  const made = new Map<number, Statement>()
  return (places) => {
    const known = made.get(places) ?? make(places)
    made.set(places, known)
    return known
  }
}

const idParam = (place: number) => `id${place}`
const idParams = (places: number) => Array.from({ length: places }, (_, place) => param(idParam(place)))

/** Ids under the names of their places. */
export function idValues(ids: readonly string[]): { readonly places: number; readonly values: Values } {
  const all = padToPowerOfTwo(ids)
  return { places: all.length, values: Object.fromEntries(all.map((id, place) => [idParam(place), BigInt(id)])) }
}
