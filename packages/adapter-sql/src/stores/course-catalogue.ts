import type { Course, CourseId } from '@coursepay/core'
import type { CourseCatalogue } from '@coursepay/core/ports'
import type { SqlSession } from '../sql/session.js'
import { sql } from '../sql/sql.js'
import { insertQuery } from '../sql/table.js'
import { coursesTable } from '../sql/tables.js'
import { createFindByKey, createReadByKeys } from './key-lookup.js'

export function createCourseCatalogue(session: SqlSession): CourseCatalogue {
  const all = sql`SELECT * FROM ${session.syntax.tables.course_publish}`
  return {
    find: createFindByKey<CourseId, Course>(session, [
      {
        valuesOf: (id) => [id],
        keysOf: ({ courseId }) => [[courseId]],
        read: createReadByKeys(session, sql`${all} WHERE`, ['course_id'], (rows) => rows.map(coursesTable.read)),
      },
    ]),
    list: async () => (await session.all(sql`${all} ORDER BY course_id`)).map(coursesTable.read),
  }
}

/** SQLite takes up to 32,766 values in a statement. */
const MAX_ROWS_PER_INSERT = 1_000

/** In one transaction: a reader sees the old list or the new one, and of several publishers at once the last one's. */
export async function publishCourses(session: SqlSession, published: readonly Course[]): Promise<void> {
  const { tables, forUpdate } = session.syntax
  // On a server two publishers could both find the table empty; so they meet at rows that are always there.
  const waitForTurn = sql`SELECT id FROM ${tables.coursepay_migration} ${forUpdate}`
  const rows = published.map(coursesTable.cellsOf)
  await session.lockAndChange(waitForTurn, () => [
    sql`DELETE FROM ${tables.course_publish}`,
    ...Array.from({ length: Math.ceil(rows.length / MAX_ROWS_PER_INSERT) }, (_, part) =>
      insertQuery(
        session.syntax,
        coursesTable,
        rows.slice(part * MAX_ROWS_PER_INSERT, (part + 1) * MAX_ROWS_PER_INSERT),
      ),
    ),
  ])
}
