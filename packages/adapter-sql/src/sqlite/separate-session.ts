import type { Patience } from '../sql/patience.js'
import { runEach, type SqlSession } from '../sql/session.js'
import type { GroupCommit } from './group-commit.js'
import type { PreparedStatements } from './prepared-statements.js'
import { whileBusy } from './while-busy.js'

/** The session outside of units: reads see what is committed, each write is a unit of its own. */
export function separateSession(writer: GroupCommit, reader: PreparedStatements, patience: Patience): SqlSession {
  return {
    run: (statement, values) => writer.run((session) => session.run(statement, values)),
    get: (statement, values) => whileBusy(patience, () => reader.get(statement, values)),
    all: (statement, values) => whileBusy(patience, () => reader.all(statement, values)),
    claim: (claim, values) => writer.run((session) => session.claim(claim, values)),
    runAll: (changes) => writer.run((unit) => runEach(unit, changes)),
    atomically: (work) => writer.run(work),
  }
}
