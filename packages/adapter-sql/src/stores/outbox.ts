import { randomUUID } from 'node:crypto'
import type { ClaimedMessage, DeliveryOutcome, OutboxPort } from '@coursepay/core/ports'
import type { Knex } from 'knex'
import { readId, readNumber, toBigint } from '../sql/row-values.js'
import { byAge } from '../sql/sequence.js'
import type { SqlSession } from '../sql/session.js'
import { asKnexValue, type Change, LIMIT, param, type Row, statement } from '../sql/statement.js'
import { messages } from '../sql/tables.js'

/** Of the table `mq_message`: the rows that wait, by the time at which they are due. */
const DUE_INDEX = ['dead_at', 'available_at', 'id'] as const

/** Full claims after which one looks at the oldest rows again. */
const MAX_FROM_CURSOR = 10

/**
 * Read by the index in its own order: a planner that takes another way locks every due row, and other relays find
 * nothing.
 */
const findDue = statement(({ sql, now, tableByIndex, skipLocked }) =>
  skipLocked(
    sql(tableByIndex('mq_message', DUE_INDEX))
      .whereNull('dead_at')
      .where('available_at', '>=', param('from'))
      .where('available_at', '<=', now)
      .orderBy(['available_at', 'id'])
      .limit(LIMIT),
  ),
)

const lease = (ids: readonly bigint[], token: string, leaseMs: number): Change => [
  statement(({ sql, now }) =>
    sql('mq_message')
      .whereIn('id', ids.map(asKnexValue))
      .update({
        claim_token: token,
        available_at: sql.raw('? + ?', [now, leaseMs]),
        claims: sql.raw('?? + 1', ['claims']),
      }),
  ),
  {},
]

const tokensIn = (ids: readonly bigint[]): Change => [
  statement(({ sql }) => sql('mq_message').select('id', 'claim_token').whereIn('id', ids.map(asKnexValue))),
  {},
]

const lockMessages = (ids: readonly bigint[]): Change => [
  statement(({ sql }) => sql('mq_message').select('id', 'claim_token').whereIn('id', ids.map(asKnexValue)).forUpdate()),
  {},
]

/** The outbox in table `mq_message`. */
export class SqlOutbox implements OutboxPort {
  readonly #session: SqlSession
  /**
   * Everything due before this was claimed. InnoDB keeps the index entries of claimed rows until it purges them, later
   * than a busy relay claims again, and a claim that begins at the oldest row steps over all of them: 5 ms for 100 rows
   * where it could be one. What turns up behind the cursor (a late commit, a claim that was undone) waits for a claim
   * that is not full.
   */
  #cursor = 0
  #claimsFromCursor = 0

  constructor(session: SqlSession) {
    this.#session = session
  }

  async claim(limit: number, leaseMs: number): Promise<readonly ClaimedMessage[]> {
    const token = randomUUID()
    const claimFrom = (from: number, count: number) =>
      this.#session.lockAndChange([findDue, { from, limit: count }], (rows) => [lease(rows.map(idOf), token, leaseMs)])
    const from = this.#claimsFromCursor < MAX_FROM_CURSOR ? this.#cursor : 0
    const found = [...(await claimFrom(from, limit))]
    this.#moveCursor(from, found, limit)
    if (from > 0 && found.length < limit) found.push(...(await claimFrom(0, limit - found.length)))
    const held = await this.#heldBy(token, found)
    return held.sort(oldestFirst).map((row) => toClaimedMessage(row, token))
  }

  /**
   * On Galera a transaction that another node's wins over may end without an error inside a packet: what it changed is
   * not there.
   */
  async #heldBy(token: string, found: readonly Row[]): Promise<Row[]> {
    if (found.length === 0) return []
    const tokens = tokensOf(await this.#session.all(...tokensIn(found.map(idOf))))
    return found.filter((row) => tokens.get(readId(row, 'id')) === token)
  }

  async settle(outcomes: readonly DeliveryOutcome[]): Promise<readonly boolean[]> {
    if (outcomes.length === 0) return []
    const ids = outcomes.map(({ claimed }) => toBigint(claimed.message.id))
    const rows = await this.#session.lockAndChange(lockMessages(ids), (locked) => {
      const tokens = tokensOf(locked)
      return changesOf(outcomes.filter((outcome) => isHeld(outcome, tokens)))
    })
    const tokens = tokensOf(rows)
    return outcomes.map((outcome) => isHeld(outcome, tokens))
  }

  #moveCursor(from: number, found: readonly Row[], limit: number): void {
    const last = found.at(-1)
    const isFull = found.length === limit && last !== undefined
    this.#cursor = isFull ? readNumber(last, 'available_at') : 0
    this.#claimsFromCursor = from > 0 ? this.#claimsFromCursor + 1 : 0
  }
}

const toClaimedMessage = (row: Row, token: string): ClaimedMessage => ({
  message: messages.read(row),
  token,
  attempts: readNumber(row, 'attempts'),
  claims: readNumber(row, 'claims') + 1,
})

/** By their making, whenever they are due. */
const oldestFirst = byAge<Row>(
  (row) => readNumber(row, 'create_date'),
  ({ id }) => id,
)

const idOf = (row: Row): bigint => BigInt(String(row.id))

const tokensOf = (rows: readonly Row[]): ReadonlyMap<string, unknown> =>
  new Map(rows.map((row) => [readId(row, 'id'), row.claim_token]))

/** The token is the fence: with a lease that another relay took over nothing changes. */
const isHeld = ({ claimed }: DeliveryOutcome, tokens: ReadonlyMap<string, unknown>): boolean =>
  tokens.get(claimed.message.id) === claimed.token

type Outcome<Kind extends DeliveryOutcome['kind']> = Extract<DeliveryOutcome, { readonly kind: Kind }>

/** One statement for each kind of outcome, of rows that are locked. */
function changesOf(held: readonly DeliveryOutcome[]): Change[] {
  const of = <Kind extends DeliveryOutcome['kind']>(kind: Kind) =>
    held.filter((outcome): outcome is Outcome<Kind> => outcome.kind === kind)
  return [acknowledge(of('acknowledge')), reschedule(of('reschedule')), deadLetter(of('deadLetter'))].flat()
}

const idsOf = (outcomes: readonly DeliveryOutcome[]) =>
  outcomes.map(({ claimed }) => asKnexValue(toBigint(claimed.message.id)))

function acknowledge(outcomes: readonly DeliveryOutcome[]): Change[] {
  if (outcomes.length === 0) return []
  return [[statement(({ sql }) => sql('mq_message').whereIn('id', idsOf(outcomes)).delete()), {}]]
}

function reschedule(outcomes: readonly Outcome<'reschedule'>[]): Change[] {
  if (outcomes.length === 0) return []
  const update = statement(({ sql, now }) => {
    const byId = (read: (outcome: Outcome<'reschedule'>) => string | number) => caseOfId(outcomes, read)
    const [delay, counted] = [byId(({ delayMs }) => delayMs), byId((outcome) => (outcome.countsAsAttempt ? 1 : 0))]
    const reason = byId((outcome) => outcome.reason)
    return sql('mq_message')
      .whereIn('id', idsOf(outcomes))
      .update({
        claim_token: null,
        available_at: sql.raw(`? + ${delay.text}`, [now, ...delay.values]),
        claims: 0,
        attempts: sql.raw(`?? + ${counted.text}`, ['attempts', ...counted.values]),
        last_error: sql.raw(reason.text, reason.values),
      })
  })
  return [[update, {}]]
}

function deadLetter(outcomes: readonly Outcome<'deadLetter'>[]): Change[] {
  if (outcomes.length === 0) return []
  const update = statement(({ sql, now }) => {
    const reason = caseOfId(outcomes, (outcome) => outcome.reason)
    return sql('mq_message')
      .whereIn('id', idsOf(outcomes))
      .update({ claim_token: null, claims: 0, dead_at: now, last_error: sql.raw(reason.text, reason.values) })
  })
  return [[update, {}]]
}

/** A value for each row. */
function caseOfId<Each extends DeliveryOutcome>(
  outcomes: readonly Each[],
  read: (outcome: Each) => string | number,
): { readonly text: string; readonly values: readonly Knex.Value[] } {
  const values = outcomes.flatMap((outcome) => [asKnexValue(toBigint(outcome.claimed.message.id)), read(outcome)])
  return { text: `CASE id ${'WHEN ? THEN ? '.repeat(outcomes.length)}END`, values }
}
