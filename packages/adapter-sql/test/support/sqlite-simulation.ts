import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Course } from '@coursepay/core'
import { systemScheduler } from '@coursepay/core/assembly'
import { type MakeSimulationHarness, simulatedBroker, simulatedGateway } from '@coursepay/core/simulation'
import { sqlStore, storeOn } from '../../src/sql-store.js'
import { openDatabaseFile } from '../../src/sqlite/database-file.js'
import { createEngineOnOpenFile } from '../../src/sqlite/sqlite-engine.js'
import { makeFolder } from './temporary-folder.js'

/** A migrated file, copied for each run: migrating takes longer than a run. */
async function migratedFile(folder: string, courses: readonly Course[]): Promise<string> {
  const file = join(folder, 'migrated.db')
  const store = await sqlStore({ url: `sqlite:${file}` }).open()
  await store.publishCourses(courses)
  await store.close()
  return file
}

/**
 * The checkout on a real file, each process with connections of its own. A crash closes them as the kernel does:
 * whatever is open is not committed, and nothing is drained.
 */
export function sqliteSimulation(folder: string): MakeSimulationHarness {
  let template: Promise<string> | null = null
  return async ({ clock, courses }) => {
    template ??= migratedFile(folder, courses)
    const temporary = makeFolder()
    const file = join(temporary.path, 'simulation.db')
    copyFileSync(await template, file)
    const crashes = new Set<() => void>()
    const published = new Map(courses.map((course) => [course.courseId, course]))

    async function open(processClock: Clock) {
      const policy = { clock: processClock, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
      const database = await openDatabaseFile(file, policy)
      const store = storeOn(
        createEngineOnOpenFile(database, { ...policy, file, tablePrefix: '', temporary: false }),
        policy,
      )
      const crash = () => {
        crashes.delete(crash)
        database.connection.close()
      }
      crashes.add(crash)
      return { store, crash }
    }
    return {
      async openOrders(processClock) {
        const { store, crash } = await open(processClock)
        return { store: store.orderStore, crash }
      },
      async openLearning(processClock) {
        const { store, crash } = await open(processClock)
        return { store: store.learningStore, crash }
      },
      async publish(course) {
        published.set(course.courseId, course)
        const { store, crash } = await open(clock)
        await store.publishCourses([...published.values()])
        crash()
      },
      gateway: simulatedGateway(clock),
      broker: simulatedBroker(),
      async dispose() {
        for (const crash of [...crashes]) crash()
        temporary.remove()
      },
    }
  }
}
