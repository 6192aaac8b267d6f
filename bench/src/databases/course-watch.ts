import { setTimeout as later } from 'node:timers/promises'
import type { OwnDatabase } from './own-database.js'

/**
 * One look at the table for all who wait, with a pause: a look for each of them would take the machine from the server.
 */
const LOOK_EVERY_MS = 1

/** Tells when choices of a course arrive in the course table. */
export function watchCourses(database: OwnDatabase): (chooseCourseId: string) => Promise<void> {
  const waiting = new Map<string, () => void>()
  let looking = false
  async function look(): Promise<void> {
    looking = true
    while (waiting.size > 0) {
      const ids = [...waiting.keys()].join(',')
      const column = database.kind === 'sqlite' ? 'CAST(choose_course_id AS TEXT)' : 'choose_course_id'
      for (const id of await database.texts(
        `SELECT ${column} FROM xc_course_tables WHERE choose_course_id IN (${ids})`,
      )) {
        waiting.get(id)?.()
        waiting.delete(id)
      }
      await later(LOOK_EVERY_MS)
    }
    looking = false
  }
  return (id) =>
    new Promise((resolve, reject) => {
      waiting.set(id, resolve)
      if (!looking) look().catch(reject)
    })
}
