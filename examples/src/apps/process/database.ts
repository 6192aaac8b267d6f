import { type OpenSqlStore, sqlStore } from '@coursepay/adapter-sql'
import type { Clock, Course } from '@coursepay/core'
import { createProgress } from './progress.js'

/** Opens and migrates a database; with `courses`, exactly these are published. */
export async function openMigrated(url: string, courses?: readonly Course[], clock?: Clock): Promise<OpenSqlStore> {
  // A step may take long on a large table: the user and the log see which one it is.
  const progress = createProgress(process.stderr, { everyMs: 0 })
  const onMigration = (step: { name: string; step: number; of: number }) =>
    progress.tell(`Migrating the database: ${step.name}, ${step.step} of ${step.of}`)
  const store = await sqlStore({ url, onMigration })
    .open(clock)
    .finally(() => progress.end())
  try {
    if (courses !== undefined) await store.publishCourses(courses)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}
