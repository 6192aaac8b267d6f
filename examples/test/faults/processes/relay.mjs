// A relay on real adapters. It stops where `point` says, so that a test can kill it there; without a point it works
// until SIGTERM.
import diagnostics from 'node:diagnostics_channel'
import { openRabbitBroker } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { createWorker, relayOutbox, systemScheduler } from '@coursepay/core/assembly'
import SqliteDriver from 'better-sqlite3'
import { freezeHere, say, stopHere } from './stop-here.mjs'

const { databaseUrl, amqpUrl, exchange, point, expected } = JSON.parse(process.argv[2])

const store = await sqlStore({ url: databaseUrl }).open()
const { publisher, close } = await openRabbitBroker({ url: amqpUrl, exchange, heartbeatSeconds: 30 })
const { outbox } = store.orderStore

const totals = { acknowledged: 0, rescheduled: 0, deadLettered: 0, leaseLost: 0, failures: 0 }
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
  async settle(outcomes) {
    const [{ kind, reason }] = outcomes
    if (kind === 'reschedule' && point === 'not taken') await stopHere(`not taken: ${reason}`)
    if (kind !== 'acknowledge') return outbox.settle(outcomes)
    if (point === 'confirmed' || point === 'delete failed') await stopHere('confirmed')
    try {
      const held = await outbox.settle(outcomes)
      if (point === 'deleted') await stopHere('deleted')
      return held
    } catch (error) {
      if (point === 'delete failed') await stopHere('delete failed')
      throw error
    }
  },
}
let halfSent = null
/** Confirmed at once, so that one call settles all of a test's messages. */
const answered = []
const saysWhenSent = {
  ...publisher,
  async publish(message) {
    if (point === 'half sent' && sent === expected / 2) {
      halfSent ??= stopHere('half sent')
      await halfSent
    }
    const outcome = publisher.publish(message)
    if (point !== undefined) answered.push(outcome)
    sent += 1
    if (sent === expected) say('at sent')
    await outcome
    await Promise.all(answered)
    return outcome
  },
}

const relay = relayOutbox(stopsAt, saysWhenSent)
const worker = createWorker(
  {
    async runOnce() {
      const report = await relay()
      for (const name of ['acknowledged', 'rescheduled', 'deadLettered', 'leaseLost']) totals[name] += report[name]
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
  say(`totals ${JSON.stringify({ ...totals, conflictRetries: store.conflictRetries() })}`)
  await store.close()
  process.exit()
})
say('open')
