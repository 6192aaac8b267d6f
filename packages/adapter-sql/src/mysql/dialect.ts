import knex, { type Knex } from 'knex'
import { filled } from '../sql/filled.js'
import { remember } from '../sql/remember.js'
import {
  bind,
  type Claim,
  compile,
  type NativeStatement,
  param,
  type SqlContext,
  type SqlValue,
  type Statement,
  statement,
  type Values,
} from '../sql/statement.js'

/** knex as a writer of SQL only: it never connects. */
const sql: Knex = knex({ client: 'mysql2' })

/**
 * The server's clock in ms as a BIGINT. By UTC, since the session's own time has an hour that comes twice, and by
 * TIMESTAMPDIFF, since UNIX_TIMESTAMP(NOW(3)) is a DECIMAL and ends in 2038 on MariaDB 10 and 11.4.
 */
const now = sql.raw("(timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000)")

const context: SqlContext = { sql, now, unplanned: (value) => value }

const compiled = new WeakMap<Statement, NativeStatement>()

const native = (source: Statement): NativeStatement => remember(compiled, source, () => compile(source, context))

export interface BoundStatement {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** A statement with its values. */
export function bound(source: Statement, values: Values): BoundStatement {
  const { sql: text } = native(source)
  return { sql: text, values: bind(native(source), values, noClock) }
}

function noClock(): never {
  throw new TypeError('A statement asks for the time of this process, where the server has its own.')
}

/** A claim in two statements of one transaction; MySQL has no UPDATE … RETURNING, and SKIP LOCKED in SELECT only. */
export interface ClaimStatements {
  /** Finds rows, due at `from` or later, that nobody else is claiming, and locks them. */
  readonly find: Statement
  /** Of as many rows as the list of ids has places: see `idValues`. */
  take(places: number): Statement
}

const claims = new WeakMap<Claim, ClaimStatements>()

export const claimStatements = (claim: Claim): ClaimStatements => remember(claims, claim, () => makeClaim(claim))

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
  const all = filled(ids)
  return { places: all.length, values: Object.fromEntries(all.map((id, place) => [idParam(place), BigInt(id)])) }
}
