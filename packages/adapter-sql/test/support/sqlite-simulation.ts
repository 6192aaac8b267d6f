import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, type Course, systemScheduler } from '@coursepay/core'
import { type MakeSimulationHarness, simulatedBroker, simulatedGateway } from '@coursepay/core/contracts'
import { databaseOn, openDatabase } from '../../src/open-database.js'
import { openConnections } from '../../src/sqlite/connections.js'
import { sqliteEngine } from '../../src/sqlite/sqlite-engine.js'
import { makeFolder } from './temporary-folder.js'

/** A migrated file, copied for each run: migrating takes longer than a run. */
async function migratedFile(folder: string, courses: readonly Course[]): Promise<string> {
  const file = join(folder, 'migrated.db')
  const database = await openDatabase({ url: `sqlite:${file}` })
  await database.migrate()
  await database.publishCourses(courses)
  await database.close()
  return file
}

/**
 * The checkout on a real file, each process with connections of its own. A crash closes them as the kernel does: whatever is open is not
 * committed, and nothing is drained.
 */
export function sqliteSimulation(folder: string): MakeSimulationHarness {
  let template: Promise<string> | null = null
  return async ({ clock, courses }) => {
    template ??= migratedFile(folder, courses)
    const place = makeFolder()
    const file = join(place.path, 'simulation.db')
    copyFileSync(await template, file)
    const crashes = new Set<() => void>()

    async function open(processClock: Clock) {
      const options = { file, temporary: false, clock: processClock, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
      const connections = await openConnections(file, options)
      const database = databaseOn(sqliteEngine(connections, options), systemScheduler)
      const crash = () => {
        crashes.delete(crash)
        connections.reader.close()
        connections.writer.close()
      }
      crashes.add(crash)
      return { database, crash }
    }
    return {
      async openOrders(processClock) {
        const { database, crash } = await open(processClock)
        const { orderStores, orderUnitOfWork, outboxInspection, operations, paymentLedger } = database
        const ports = { stores: orderStores, unitOfWork: orderUnitOfWork, ledger: paymentLedger }
        return { ...ports, outboxInspection, operations, crash }
      },
      async openLearning(processClock) {
        const { database, crash } = await open(processClock)
        const { learningStores, learningUnitOfWork, catalogue } = database
        return { stores: learningStores, unitOfWork: learningUnitOfWork, catalogue, crash }
      },
      gateway: simulatedGateway(clock),
      broker: simulatedBroker(),
      async dispose() {
        for (const crash of [...crashes]) crash()
        place.remove()
      },
    }
  }
}
