import { type Database, openDatabase } from '@coursepay/adapter-sql'
import type { Course } from '@coursepay/core'
import { createProgress } from './progress.js'

/** Opens and migrates a database; with `courses`, exactly these are published. */
export async function openMigrated(url: string, courses?: readonly Course[]): Promise<Database> {
  const database = await openDatabase({ url })
  try {
    await migrate(database)
    if (courses !== undefined) await database.publishCourses(courses)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** A step may take long on a large table: whoever started the process, or reads its log, sees which one it is. */
async function migrate(database: Database): Promise<void> {
  const progress = createProgress(process.stderr, { everyMs: 0 })
  try {
    await database.migrate(({ name, step, of }) => progress.tell(`Migrating the database: ${name}, ${step} of ${of}`))
  } finally {
    progress.end()
  }
}
