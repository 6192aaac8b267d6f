import type { Claim, Row, SqlValue } from '../sql/statement.js'

interface Mark {
  /** Everything due before this was claimed. */
  readonly from: bigint
  readonly fullClaims: number
}

/** Full claims in a row after which one begins at the oldest again. */
const MOST_FROM_MARK = 10

/**
 * How far the claims of this process have come. InnoDB keeps the index entries of claimed rows until it purges them, later than a busy relay
 * claims again, and a claim that begins at the oldest row steps over all of them: 5 ms for 100 rows where it could be one. So a claim
 * begins where a full one before it ended, and only now and then at the oldest: a row that turns up behind the mark (a transaction that committed late,
 * another claim that was undone) waits for that, or until there is less to do than a claim may take.
 */
export class ClaimCursor {
  readonly #marks = new WeakMap<Claim, Mark>()

  from(claim: Claim): bigint {
    return this.#marks.get(claim)?.from ?? 0n
  }

  note(claim: Claim, due: readonly Row[], limit: SqlValue | undefined): void {
    const fullClaims = (this.#marks.get(claim)?.fullClaims ?? 0) + 1
    const last = due.at(-1)
    if (last === undefined || due.length < Number(limit) || fullClaims > MOST_FROM_MARK) this.#marks.delete(claim)
    else this.#marks.set(claim, { from: BigInt(String(last.available_at)), fullClaims })
  }
}
