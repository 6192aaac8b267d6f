import { randomUUID } from 'node:crypto'
import type { ClaimedMessage, DeliveryOutcome, OutboxPort } from '@coursepay/core/ports'
import { comparatorByAge } from '../sql/comparator-by-age.js'
import { readId, readNumber } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { inCondition, type Row, type Sql, type SqlSyntax, sql, sqlFromTextAndValues } from '../sql/sql.js'
import { messagesTable } from '../sql/tables.js'

/** Full claims after which one looks at the oldest rows again. */
const MAX_CLAIMS_FROM_CURSOR = 10

/** The outbox in table `mq_message`. */
export function createOutbox(session: SqlSession): OutboxPort {
  const { syntax } = session
  const { mq_message } = syntax.tables
  /**
   * Everything due before this was claimed. InnoDB keeps the index entries of claimed rows until it purges them, later
   * than a busy relay claims again, and a claim that begins at the oldest row steps over all of them: 5 ms for 100 rows
   * where it could be one. What turns up behind the cursor (a late commit, a claim that was undone) waits for a claim
   * that is not full.
   */
  let cursor = 0
  let claimsFromCursor = 0

  function moveCursor(from: number, found: readonly Row[], limit: number): void {
    const last = found.at(-1)
    const isFull = found.length === limit && last !== undefined
    cursor = isFull ? readNumber(last, 'available_at') : 0
    claimsFromCursor = from > 0 ? claimsFromCursor + 1 : 0
  }

  /**
   * Read by the index in its own order: a planner that takes another way locks every due row, and other relays find
   * nothing.
   */
  function lease(from: number, limit: number, token: string, leaseMs: number): Promise<readonly Row[]> {
    const due = sql`SELECT * FROM ${syntax.byIndex('mq_message', ['dead_at', 'available_at', 'id'])}
      WHERE dead_at IS NULL AND available_at >= ${from} AND available_at <= ${syntax.now()}
      ORDER BY available_at, id LIMIT ${limit} ${syntax.skipLocked}`
    return session.lockAndChange(due, (rows) => [
      sql`UPDATE ${mq_message} SET claim_token = ${token}, available_at = ${syntax.now()} + ${leaseMs},
        claims = claims + 1 WHERE ${inCondition('id', rows.map(idOfRow))}`,
    ])
  }

  /**
   * On Galera a transaction that another node's wins over may end without an error inside a packet: what it changed is
   * not there.
   */
  async function keepLeased(token: string, found: readonly Row[]): Promise<Row[]> {
    if (found.length === 0) return []
    const tokens = claimTokenMapOf(await session.all(claimTokensQuery(syntax, found.map(idOfRow))))
    return found.filter((row) => tokens.get(readId(row, 'id')) === token)
  }

  return {
    async claim(limit, leaseMs) {
      const token = randomUUID()
      const from = claimsFromCursor < MAX_CLAIMS_FROM_CURSOR ? cursor : 0
      const found = [...(await lease(from, limit, token, leaseMs))]
      moveCursor(from, found, limit)
      if (from > 0 && found.length < limit) found.push(...(await lease(0, limit - found.length, token, leaseMs)))
      const held = await keepLeased(token, found)
      return held.sort(compareOldestFirst).map((row) => toClaimedMessage(row, token))
    },
    async settle(outcomes) {
      if (outcomes.length === 0) return []
      const find = sql`${claimTokensQuery(syntax, outcomes.map(idOfOutcome))} ${syntax.forUpdate}`
      const rows = await session.lockAndChange(find, (locked) => {
        const tokens = claimTokenMapOf(locked)
        const held = outcomes.filter((outcome) => hasCurrentClaimToken(outcome, tokens))
        return settlementStatements(syntax, held)
      })
      const tokens = claimTokenMapOf(rows)
      return outcomes.map((outcome) => hasCurrentClaimToken(outcome, tokens))
    },
  }
}

const toClaimedMessage = (row: Row, token: string): ClaimedMessage => ({
  message: messagesTable.read(row),
  token,
  attempts: readNumber(row, 'attempts'),
  claims: readNumber(row, 'claims') + 1,
})

/** By their making, whenever they are due. */
const compareOldestFirst = comparatorByAge<Row>((row) => [readNumber(row, 'create_date'), row.id])

const idOfRow = (row: Row) => BigInt(readId(row, 'id'))
const idOfOutcome = ({ claimed }: DeliveryOutcome) => BigInt(claimed.message.id)

const claimTokensQuery = ({ tables }: SqlSyntax, ids: readonly bigint[]): Sql =>
  sql`SELECT id, claim_token FROM ${tables.mq_message} WHERE ${inCondition('id', ids)}`

const claimTokenMapOf = (rows: readonly Row[]): ReadonlyMap<string, unknown> =>
  new Map(rows.map((row) => [readId(row, 'id'), row.claim_token]))

/** The token is the fence: with a lease that another relay took over nothing changes. */
const hasCurrentClaimToken = ({ claimed }: DeliveryOutcome, tokens: ReadonlyMap<string, unknown>): boolean =>
  tokens.get(claimed.message.id) === claimed.token

type OutcomeOfKind<Kind extends DeliveryOutcome['kind']> = Extract<DeliveryOutcome, { readonly kind: Kind }>

/** One statement for each kind of outcome, of rows that are locked. */
function settlementStatements({ tables: { mq_message }, now }: SqlSyntax, held: readonly DeliveryOutcome[]): Sql[] {
  const change = <Kind extends DeliveryOutcome['kind']>(
    kind: Kind,
    write: (outcomes: readonly OutcomeOfKind<Kind>[]) => Sql,
  ) => {
    const outcomes = held.filter((outcome): outcome is OutcomeOfKind<Kind> => outcome.kind === kind)
    return outcomes.length === 0 ? [] : [sql`${write(outcomes)} WHERE ${inCondition('id', outcomes.map(idOfOutcome))}`]
  }
  return [
    ...change('acknowledge', () => sql`DELETE FROM ${mq_message}`),
    ...change('reschedule', (outcomes) => {
      const delay = caseByIdExpression(outcomes, ({ delayMs }) => delayMs)
      const attemptIncrement = caseByIdExpression(outcomes, ({ countsAsAttempt }) => (countsAsAttempt ? 1 : 0))
      return sql`UPDATE ${mq_message} SET claim_token = NULL, available_at = ${now()} + ${delay}, claims = 0,
        attempts = attempts + ${attemptIncrement}, last_error = ${caseByIdExpression(outcomes, ({ reason }) => reason)}`
    }),
    ...change('deadLetter', (outcomes) => {
      const reason = caseByIdExpression(outcomes, (outcome) => outcome.reason)
      return sql`UPDATE ${mq_message} SET claim_token = NULL, claims = 0, dead_at = ${now()}, last_error = ${reason}`
    }),
  ]
}

/** A value for each row. */
const caseByIdExpression = <Each extends DeliveryOutcome>(
  outcomes: readonly Each[],
  read: (outcome: Each) => string | number,
): Sql =>
  sqlFromTextAndValues(
    `CASE id ${'WHEN ? THEN ? '.repeat(outcomes.length)}END`,
    outcomes.flatMap((outcome) => [idOfOutcome(outcome), read(outcome)]),
  )
