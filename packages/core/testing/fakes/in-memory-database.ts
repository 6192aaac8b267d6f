import { CheckoutError } from '../shared/checkout-error.js'
import type { InMemoryTable, TableView } from './in-memory-table.js'
import { unitQueue } from './unit-queue.js'

type Tables = Readonly<Record<string, InMemoryTable<unknown>>>

/** The rows that one side sees: those committed, or those of the open unit of work. */
export type Views<All extends Tables> = {
  readonly [Name in keyof All]: All[Name] extends InMemoryTable<infer Row> ? TableView<Row> : never
}

/** How a repository reaches the tables: by itself, or within a unit of work. An action is one indivisible step. */
export interface Session<All extends Tables> {
  read<Result>(action: (views: Views<All>) => Result): Promise<Result>
  write<Result>(action: (views: Views<All>) => Result): Promise<Result>
}

/** Troubles that a test may cause. */
export interface StoreFaults {
  /** From now on every call fails with `store_unavailable`, until `recover`. */
  breakDown(): void
  recover(): void
  /** The next unit is run, rolled back as after a deadlock, and run again. */
  conflictOnce(): void
  /** The next unit is committed, but its caller gets `store_unavailable`: the answer was lost. */
  loseCommitAnswerOnce(): void
}

export interface InMemoryDatabase<All extends Tables> {
  /** Each call by itself; reads see what is committed. */
  readonly session: Session<All>
  readonly faults: StoreFaults
  /** Runs `work` as one unit: all or nothing, one unit after the other. */
  run<Result>(work: (session: Session<All>) => Promise<Result>): Promise<Result>
}

const unavailable = () => new CheckoutError('store_unavailable', 'The in-memory store was made to fail.')

/** Tables behind one unit of work, as a database has them. */
export function inMemoryDatabase<All extends Tables>(tables: All): InMemoryDatabase<All> {
  const queue = unitQueue()
  const fault = { down: false, conflict: false, loseAnswer: false }
  const view = (side: 'committed' | 'pending') => {
    const entries = Object.entries(tables).map(([name, table]) => [name, table[side]])
    return Object.fromEntries(entries) as Views<All>
  }
  const [committed, pending] = [view('committed'), view('pending')]
  const checkUp = () => {
    if (fault.down) throw unavailable()
  }
  const each = (act: 'commit' | 'rollBack') => {
    for (const table of Object.values(tables)) table[act]()
  }
  const runOnce = async <Result>(work: (session: Session<All>) => Promise<Result>): Promise<Result> => {
    const unit = boundSession(pending, checkUp, queue.noteProgress)
    try {
      return await work(unit.session)
    } catch (error) {
      each('rollBack')
      throw error
    } finally {
      unit.end()
    }
  }
  const run = <Result>(work: (session: Session<All>) => Promise<Result>) =>
    queue.enter(async () => {
      checkUp()
      if (take(fault, 'conflict')) {
        await runOnce(work)
        each('rollBack')
      }
      const result = await runOnce(work)
      if (fault.down) {
        each('rollBack')
        throw unavailable()
      }
      each('commit')
      if (take(fault, 'loseAnswer')) throw unavailable()
      return result
    })
  return {
    run,
    session: {
      read: async (action) => {
        checkUp()
        return action(committed)
      },
      write: (action) => run((session) => session.write(action)),
    },
    faults: {
      breakDown: () => {
        fault.down = true
      },
      recover: () => {
        fault.down = false
      },
      conflictOnce: () => {
        fault.conflict = true
      },
      loseCommitAnswerOnce: () => {
        fault.loseAnswer = true
      },
    },
  }
}

function boundSession<Open>(views: Open, checkUp: () => void, noteProgress: () => void) {
  let open = true
  const act = async <Result>(action: (views: Open) => Result): Promise<Result> => {
    if (!open) throw new Error('This unit of work is over: its stores can no longer be used.')
    noteProgress()
    checkUp()
    return action(views)
  }
  return {
    session: { read: act, write: act },
    end: () => {
      open = false
    },
  }
}

function take<Name extends string>(flags: Record<Name, boolean>, name: Name): boolean {
  const raised = flags[name]
  flags[name] = false
  return raised
}
