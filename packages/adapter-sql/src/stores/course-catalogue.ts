import type { Course, CourseId } from '@coursepay/core'
import type { CourseCatalogue } from '@coursepay/core/ports'
import { MIGRATION_TABLE } from '../schema/migrations.js'
import { keyedReads, whereAny } from '../sql/keyed-reads.js'
import type { SqlSession } from '../sql/session.js'
import { statement } from '../sql/statement.js'
import { insertion } from '../sql/table.js'
import { courses } from '../sql/tables.js'

const coursesOf = keyedReads((placeholders) => [
  statement(({ sql }) => sql('course_publish').where(whereAny(['course_id'], placeholders))),
])
const listCourses = statement(({ sql }) => sql('course_publish').orderBy('course_id'))
/** On a server two publishers could both find the table empty; so they meet at a row that is always there. */
const waitForTurn = statement(({ sql }) => sql(MIGRATION_TABLE).update({ id: sql.ref('id') }))
const withdrawAll = statement(({ sql }) => sql('course_publish').delete())

export function courseCatalogue(session: SqlSession): CourseCatalogue {
  return {
    find: session.gather(async (ids: readonly CourseId[]) => {
      const [rows = []] = await session.readTogether(coursesOf(ids.map((id) => [id])))
      const found = new Map(rows.map(courses.read).map((course) => [course.courseId, course]))
      return ids.map((id) => found.get(id) ?? null)
    }),
    async list() {
      return (await session.all(listCourses, {})).map(courses.read)
    },
  }
}

/** In one transaction: a reader sees the old list or the new one, and of several publishers at once the last one's. */
export async function publishCourses(session: SqlSession, published: readonly Course[]): Promise<void> {
  const insertions = published.map((course) => insertion(courses, course))
  await session.runAll([[waitForTurn, {}], [withdrawAll, {}], ...insertions])
}
