// A relay on real adapters. It stops where `point` says, so that a test can kill it there; without a point it works until SIGTERM.
import diagnostics from 'node:diagnostics_channel'
import { openRabbitBroker } from '@coursepay/adapter-mq'
import { openDatabase } from '@coursepay/adapter-sql'
import { createWorker, relayOutbox, systemScheduler } from '@coursepay/core'
import SqliteDriver from 'better-sqlite3'
import { freezeHere, say, stopHere } from './stop-here.mjs'

const { databaseUrl, amqpUrl, exchange, point, expected } = JSON.parse(process.argv[2])

const database = await openDatabase({ url: databaseUrl })
const { publisher, close } = await openRabbitBroker({ url: amqpUrl, exchange, heartbeatSeconds: 30 })
const { outbox } = database.orderStores

const totals = { delivered: 0, postponed: 0, parked: 0, leaseLost: 0, failures: 0 }
let claiming = false
let sent = 0

/** Stops the process just before the database is told to commit the claim. */
function freezeBeforeCommit() {
  const beforeCommit = (sql) => {
    if (claiming && /(^|;)COMMIT$/.test(sql)) freezeHere('claiming')
  }
  diagnostics.subscribe('tracing:mysql2:query:start', ({ query }) => beforeCommit(query))
  const { prepare } = SqliteDriver.prototype
  SqliteDriver.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql)
    const { run } = statement
    statement.run = (...values) => {
      beforeCommit(sql)
      return run.apply(statement, values)
    }
    return statement
  }
}
if (point === 'claiming') freezeBeforeCommit()

const stopsAt = {
  ...outbox,
  async claim(limit, leaseMs) {
    claiming = true
    const claimed = await outbox.claim(limit, leaseMs)
    claiming = false
    if (point === 'claimed' && claimed.length > 0) await stopHere('claimed')
    return claimed
  },
  async delivered(claimed) {
    if (point === 'confirmed' || point === 'delete failed') await stopHere('confirmed')
    try {
      const done = await outbox.delivered(claimed)
      if (point === 'deleted') await stopHere('deleted')
      return done
    } catch (error) {
      if (point === 'delete failed') await stopHere('delete failed')
      throw error
    }
  },
  async postpone(claimed, postponement) {
    if (point === 'not taken') await stopHere(`not taken: ${postponement.reason}`)
    return outbox.postpone(claimed, postponement)
  },
}
let halfSent = null
const saysWhenSent = {
  ...publisher,
  async publish(message) {
    if (point === 'half sent' && sent === expected / 2) {
      halfSent ??= stopHere('half sent')
      await halfSent
    }
    const outcome = publisher.publish(message)
    sent += 1
    if (sent === expected) say('at sent')
    return outcome
  },
}

const relay = relayOutbox(stopsAt, saysWhenSent)
const worker = createWorker(
  {
    async runOnce() {
      const report = await relay()
      for (const fate of ['delivered', 'postponed', 'parked', 'leaseLost']) totals[fate] += report[fate]
      return report
    },
    intervalMs: 50,
    onError: () => {
      totals.failures += 1
    },
  },
  systemScheduler,
)
worker.start()
process.once('SIGTERM', async () => {
  await worker.stop()
  await close()
  say(`totals ${JSON.stringify({ ...totals, conflictRetries: database.conflictRetries() })}`)
  await database.close()
  process.exit()
})
say('open')
