import { oldestFirst } from '../sql/oldest-first.js'
import { readId } from '../sql/row-values.js'
import type { Claim, Row, Values } from '../sql/statement.js'
import type { ClaimProgress } from './claim-progress.js'
import type { MysqlConnection } from './connection.js'
import { type BoundStatement, bound, claimStatements, idValues } from './dialect.js'
import { rollBack } from './transactions.js'
import { rowsOf } from './unit-session.js'

const command = (sql: string): BoundStatement => ({ sql, values: [] })
const [START, COMMIT] = [command('START TRANSACTION'), command('COMMIT')]

/**
 * A claim that is a transaction of its own, in two round trips: a relay makes one for every batch. When the COMMIT's answer is lost the claim may
 * stand; its rows then wait for the end of their lease.
 */
export async function claimRows(
  connection: MysqlConnection,
  progress: ClaimProgress,
  claim: Claim,
  values: Values,
): Promise<readonly Row[]> {
  const { find, take } = claimStatements(claim)
  const findFrom = async (from: bigint) => {
    const [, found = []] = await connection.read([START, bound(find, { ...values, from })])
    return rowsOf(found)
  }
  try {
    const from = progress.from(claim)
    let due = await findFrom(from)
    if (from > 0n && due.length < Number(values.limit)) due = await findFrom(0n)
    progress.note(claim, due, values.limit)
    if (due.length === 0) {
      await rollBack(connection)
      return []
    }
    const ids = idValues(due.map((row) => readId(row, 'id')))
    await connection.read([bound(take(ids.places), { ...values, ...ids.values }), COMMIT])
    return due.map((row) => claim.claimed(row, values)).sort(oldestFirst)
  } catch (error) {
    await rollBack(connection)
    throw error
  }
}
