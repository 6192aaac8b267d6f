// A checkout: a business row and its message in one commit, and then the kick to the relay. Stops at the point that is
// asked for.
import diagnostics from 'node:diagnostics_channel'
import { sqlStore } from '@coursepay/adapter-sql'
import SqliteDriver from 'better-sqlite3'
import { freezeHere, stopHere } from './stop-here.mjs'

const { databaseUrl, point, order, message } = JSON.parse(process.argv[2])

const store = await sqlStore({ url: databaseUrl }).open()
if (point === 'written') stopBeforeCommit()
await store.orderStore.orders.commit({
  ...{ before: null, after: order, messages: [message], journal: [], actions: [], schedule: [] },
})
await stopHere('committed')

/** Freezes the process where the database is about to be told to commit. */
function stopBeforeCommit() {
  const freezeAtCommit = (sql) => {
    if (/(^|;)\s*COMMIT\s*;?$/.test(sql)) freezeHere('written')
  }
  diagnostics.subscribe('tracing:mysql2:query:start', ({ query }) => freezeAtCommit(query))
  const { prepare } = SqliteDriver.prototype
  SqliteDriver.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql)
    const { run } = statement
    statement.run = (...values) => {
      freezeAtCommit(sql)
      return run.apply(statement, values)
    }
    return statement
  }
}
