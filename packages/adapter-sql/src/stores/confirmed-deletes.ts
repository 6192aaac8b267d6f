import { filled } from '../sql/filled.js'
import { changesOne, type SqlSession } from '../sql/session.js'
import { param, type Statement, statement } from '../sql/statement.js'

/** A claimed message by its id and the token of its claim. */
export interface ClaimedRow {
  readonly id: bigint
  readonly token: string
}

interface WaitingDelete extends ClaimedRow {
  resolve(changed: boolean): void
  reject(error: unknown): void
}

/** Thrown to undo a group of which a row is somebody else's by now. */
class LeaseLost extends Error {}

const MOST_AT_ONCE = 256

const deleteOne = statement(({ sql }) =>
  sql('mq_message')
    .where({ id: param('id0'), claim_token: param('token') })
    .delete(),
)

const placeNames = Array.from({ length: MOST_AT_ONCE }, (_, place) => `id${place}`)
const manyDeletes = new Map<number, Statement>()

/** Of as many rows as there are places; each size is written once. */
function deleteMany(places: number): Statement {
  const known = manyDeletes.get(places)
  if (known !== undefined) return known
  const ids = placeNames.slice(0, places).map(param)
  const made = statement(({ sql, unplanned }) =>
    sql('mq_message')
      .whereIn('id', ids)
      .where('claim_token', unplanned(param('token')))
      .delete(),
  )
  manyDeletes.set(places, made)
  return made
}

/** The longest that a confirmed row waits for the others of its claim. */
const LONGEST_WAIT_MS = 10

/**
 * Takes out of the outbox what the broker has confirmed. Confirms come in bursts, and a commit for each would take longer than the
 * broker does; so they wait for each other, until all of the last claim are answered, the next claim is made, or some ms have passed, and go in one
 * transaction. Nobody is answered before it.
 */
export class ConfirmedDeletes {
  readonly #session: SqlSession
  readonly #waiting: WaitingDelete[] = []
  /** Of the last claim, and not answered yet. */
  #expected = new Set<bigint>()
  #draining = false
  #hurried = false
  #wake = (): void => {}

  constructor(session: SqlSession) {
    this.#session = session
  }

  /** These were claimed, and their outcomes are awaited. */
  expect(ids: readonly bigint[]): void {
    this.#expected = new Set(ids)
  }

  /** An outcome of this one is known, whatever it is. */
  answered(id: bigint): void {
    if (this.#expected.delete(id) && this.#expected.size === 0) this.hurry()
  }

  /** Whatever waits goes now. Nothing is remembered for what comes later: that would go alone. */
  hurry(): void {
    if (this.#waiting.length === 0) return
    this.#hurried = true
    this.#wake()
  }

  /** True when the row was there under this token. */
  delete(row: ClaimedRow): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...row, resolve, reject })
      this.answered(row.id)
      if (this.#waiting.length >= MOST_AT_ONCE) this.hurry()
      if (!this.#draining) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#draining = true
    while (this.#waiting.length > 0) {
      await this.#gather()
      await this.#answer(this.#waiting.splice(0, MOST_AT_ONCE))
    }
    this.#draining = false
  }

  async #gather(): Promise<void> {
    await endOfTurn()
    if (!this.#hurried && this.#expected.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LONGEST_WAIT_MS)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#hurried = false
  }

  async #answer(rows: readonly WaitingDelete[]): Promise<void> {
    try {
      const together = rows.length > 1 && (await this.#deleteTogether(rows))
      for (const { id, token, resolve } of rows) {
        resolve(together || (await changesOne(this.#session, deleteOne, { id0: id, token })))
      }
    } catch (error) {
      for (const { reject } of rows) reject(error)
    }
  }

  /** All or none: false when a row is not there under its token, and then each is looked at by itself. */
  async #deleteTogether(rows: readonly ClaimedRow[]): Promise<boolean> {
    const claims = [...Map.groupBy(rows, ({ token }) => token)]
    try {
      await this.#session.atomically(async (unit) => {
        await Promise.all(claims.map(([token, ofClaim]) => deleteOfClaim(unit, token, ofClaim)))
      })
      return true
    } catch (error) {
      if (error instanceof LeaseLost) return false
      throw error
    }
  }
}

async function deleteOfClaim(unit: SqlSession, token: string, rows: readonly ClaimedRow[]): Promise<void> {
  const ids = [...new Set(rows.map(({ id }) => id))]
  const { statement: delete_, values } = ofIds(ids)
  if ((await unit.run(delete_, { ...values, token })) !== ids.length) throw new LeaseLost()
}

function ofIds(ids: readonly bigint[]) {
  const values: Record<string, bigint> = {}
  for (const [place, id] of filled(ids).entries()) values[placeNames[place] ?? ''] = id
  return { statement: deleteMany(Object.keys(values).length), values }
}

/** In the same turn of the event loop, so that SQLite commits them together with the claim that is made beside them. */
const endOfTurn = () => new Promise<void>((resolve) => process.nextTick(resolve))
