import type { Clock } from '@coursepay/core'
import { systemScheduler } from '@coursepay/core/assembly'
import { type MakeSimulationHarness, simulatedBroker, simulatedGateway } from '@coursepay/core/simulation'
import { readMysqlAddress } from '../../src/mysql/mysql-address.js'
import { createMysqlEngine } from '../../src/mysql/mysql-engine.js'
import { tableNamesWith } from '../../src/schema/table-names.js'
import { storeOn } from '../../src/sql-store.js'
import type { MysqlTestDatabase } from './mysql-server.js'
import { type CommitFate, tcpProxy } from './tcp-proxy.js'

/** What becomes of one commit in three: none of it may be noticed by anybody. */
const FATES: readonly CommitFate[] = ['answer is lost', 'is cut off', 'is interrupted', 'meets a deadlock']

/**
 * Of the packets that write orders and choices, each once. Others, such as a claim, may fail and are begun again by
 * their callers.
 */
function disturber(): (sql: string) => CommitFate {
  const seen = new Set<string>()
  return (sql) => {
    if (seen.has(sql) || !/INTO xc_orders|UPDATE xc_orders|xc_choose_course/.test(sql)) return 'passes'
    seen.add(sql)
    return seen.size % 3 === 0 ? (FATES[(seen.size / 3) % FATES.length] ?? 'passes') : 'passes'
  }
}

/**
 * The checkout on a server, each process behind a network of its own, which a crash cuts and which loses packets of
 * commits. Leases go by the clock of the simulation.
 */
export function mysqlSimulation(test: MysqlTestDatabase): MakeSimulationHarness {
  let isMigrated = false
  return async ({ clock, courses }) => {
    const ended: (() => Promise<void>)[] = []
    const opened = new Set<() => void>()
    const fateOf = disturber()

    async function open(processClock: Clock) {
      const proxy = await tcpProxy(test.host, test.port)
      proxy.disturbCommits(fateOf)
      const options = { clock: processClock, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
      const engine = createMysqlEngine({
        ...options,
        address: readMysqlAddress(`${test.url(proxy.port)}?pool=2`),
        tablePrefix: '',
      })
      const crash = () => {
        opened.delete(crash)
        proxy.cut()
      }
      opened.add(crash)
      ended.push(async () => {
        await engine.close()
        await proxy.close()
      })
      return { engine, store: storeOn(engine, options), crash }
    }

    const first = await open(clock)
    if (!isMigrated) await first.engine.migrate(() => {})
    isMigrated = true
    await test.rows('SET FOREIGN_KEY_CHECKS = 0')
    const { coursepay_migration: _, ...tables } = tableNamesWith('')
    for (const name of Object.values(tables)) await test.rows(`DELETE FROM ${name}`)
    await first.store.publishCourses(courses)
    return {
      async openOrders(processClock) {
        const { store, crash } = await open(processClock)
        return { store: store.orderStore, crash }
      },
      async openLearning(processClock) {
        const { store, crash } = await open(processClock)
        return { store: store.learningStore, crash }
      },
      gateway: simulatedGateway(clock),
      broker: simulatedBroker(),
      async publish(course) {
        const { catalogue } = first.store.learningStore
        const others = (await catalogue.list()).filter(({ courseId }) => courseId !== course.courseId)
        await first.store.publishCourses([...others, course])
      },
      async dispose() {
        for (const crash of [...opened]) crash()
        await Promise.all(ended.map((end) => end()))
      },
    }
  }
}
