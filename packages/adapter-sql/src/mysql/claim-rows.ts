import { oldestFirst } from '../sql/oldest-first.js'
import { readId } from '../sql/row-values.js'
import type { Claim, Row, Values } from '../sql/statement.js'
import type { ClaimCursor } from './claim-cursor.js'
import type { MysqlConnection } from './connection.js'
import { idValues, type MysqlDialect } from './dialect.js'

/**
 * A claim that is a transaction of its own, in two round trips: a relay makes one for every batch. When the COMMIT's answer is lost the claim
 * may stand; its rows then wait for the end of their lease.
 */
export async function claimRows(
  connection: MysqlConnection,
  dialect: MysqlDialect,
  cursor: ClaimCursor,
  claim: Claim,
  values: Values,
): Promise<readonly Row[]> {
  const { find, take } = dialect.claim(claim)
  const findFrom = async (from: bigint) => {
    const [, found = []] = await connection.query(['START TRANSACTION', dialect.inline([find, { ...values, from }])])
    return found
  }
  try {
    const from = cursor.from(claim)
    let due = await findFrom(from)
    if (from > 0n && due.length < Number(values.limit)) due = await findFrom(0n)
    cursor.note(claim, due, values.limit)
    if (due.length === 0) {
      await connection.rollBack()
      return []
    }
    const ids = idValues(due.map((row) => readId(row, 'id')))
    await connection.change([dialect.inline([take(ids.places), { ...values, ...ids.values }]), 'COMMIT'])
    return due.map((row) => claim.claimed(row, values)).sort(oldestFirst)
  } catch (error) {
    await connection.rollBack()
    throw error
  }
}
