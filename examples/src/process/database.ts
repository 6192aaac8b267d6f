import { type Database, openDatabase } from '@coursepay/adapter-sql'
import type { Course } from '@coursepay/core'

/** Opens and migrates a database; with `courses`, exactly these are published. */
export async function openMigrated(url: string, courses?: readonly Course[]): Promise<Database> {
  const database = await openDatabase({ url })
  try {
    await database.migrate()
    if (courses !== undefined) await database.publishCourses(courses)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
