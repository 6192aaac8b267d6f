import type { Answer, MysqlConnection } from './connection.js'
import type { BoundStatement } from './dialect.js'
import { MysqlFailure } from './mysql-failure.js'

interface Asked {
  readonly kind: 'begin' | 'read' | 'change'
  readonly statement: BoundStatement
  resolve(answer: Answer): void
  reject(error: unknown): void
}

const START: BoundStatement = { sql: 'START TRANSACTION', values: [] }

/**
 * The transaction of one unit on one connection. Round trips are what a unit takes its time for, so what it asks in one turn goes in one packet,
 * in order, and the transaction begins with the first change: under READ COMMITTED a read sees the same without it.
 */
export class UnitConnection {
  readonly #connection: MysqlConnection
  #asked: Asked[] = []
  #sending: Promise<void> | null = null
  #begun = false
  /** The transaction is lost: what came behind would be committed alone. */
  #failure: unknown = null

  constructor(connection: MysqlConnection) {
    this.#connection = connection
  }

  get begun(): boolean {
    return this.#begun
  }

  /** Throws `MysqlFailure`s. One that fails takes back itself alone, or the whole transaction: as the server has it. */
  ask(kind: Asked['kind'], statement: BoundStatement): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ kind, statement, resolve, reject })
      this.#sending ??= this.#send()
    })
  }

  /** Resolves when all that was asked is answered: nothing may come behind the end of the transaction. */
  async settled(): Promise<void> {
    await this.#sending
  }

  /** For reads that lock. In its turn, since a second beginning would commit the changes before it. */
  async begin(): Promise<void> {
    await this.ask('begin', START)
  }

  async #send(): Promise<void> {
    await endOfTurn()
    while (this.#asked.length > 0) {
      const kind = this.#asked[0]?.kind
      const next = this.#asked.findIndex((asked) => asked.kind !== kind)
      const together = this.#asked.splice(0, next === -1 ? this.#asked.length : next)
      if (this.#failure !== null) for (const { reject } of together) reject(this.#failure)
      else if (kind === 'begin') await this.#beginOnce(together)
      else await (kind === 'read' ? this.#read(together) : this.#change(together))
    }
    this.#sending = null
  }

  async #beginOnce(asked: readonly Asked[]): Promise<void> {
    try {
      if (!this.#begun) await this.#connection.command(START.sql)
      this.#begun = true
      for (const { resolve } of asked) resolve([])
    } catch (error) {
      this.#noteLoss(error)
      for (const { reject } of asked) reject(error)
    }
  }

  async #read(reads: readonly Asked[]): Promise<void> {
    try {
      const answers = await this.#connection.read(reads.map(({ statement }) => statement))
      for (const [place, { resolve }] of reads.entries()) resolve(answers[place] ?? [])
    } catch (error) {
      this.#noteLoss(error)
      for (const { reject } of reads) reject(error)
    }
  }

  /** Those behind one that failed have not run. They do, unless the transaction is gone. */
  async #change(changes: readonly Asked[]): Promise<void> {
    const [first, ...others] = changes
    if (first === undefined) return
    if (this.#begun && others.length === 0) return this.#changeOne(first)
    const opening = this.#begun ? [] : [START]
    const statements = [...opening, ...changes.map(({ statement }) => statement)]
    const { answers, failure } = await this.#connection.changeTogether(statements)
    if (answers.length > 0) this.#begun = true
    const done = Math.max(0, answers.length - opening.length)
    for (const [place, { resolve }] of changes.slice(0, done).entries()) resolve(answers[place + opening.length] ?? [])
    if (failure === null) return
    this.#noteLoss(failure)
    const [failed, ...left] = changes.slice(done)
    failed?.reject(failure)
    if (failure.isRefusedRow) return this.#change(left)
    for (const { reject } of left) reject(failure)
  }

  async #changeOne({ statement, resolve, reject }: Asked): Promise<void> {
    try {
      resolve(await this.#connection.execute(statement))
    } catch (error) {
      this.#noteLoss(error)
      reject(error)
    }
  }

  #noteLoss(error: unknown): void {
    if (!(error instanceof MysqlFailure && error.isRefusedRow)) this.#failure = error
  }
}

/** After everything that the unit still does in this turn: all that it asks by then belongs together. */
const endOfTurn = () => new Promise<void>((resolve) => process.nextTick(resolve))
