import type { Course, CourseId } from '@coursepay/core'
import type { CourseCatalogue } from '@coursepay/core/ports'
import { MIGRATION_TABLE } from '../schema/migrations.js'
import { keyedReads, whereAny } from '../sql/keyed-reads.js'
import { readNumber, readText } from '../sql/row-values.js'
import type { Change, SqlSession } from '../sql/session.js'
import { param, type Row, statement } from '../sql/statement.js'

const coursesOf = keyedReads((placeholders) => [
  statement(({ sql }) => sql('course_publish').where(whereAny(['course_id'], placeholders))),
])
const listCourses = statement(({ sql }) => sql('course_publish').orderBy('course_id'))
/** On a server two publishers could both find the table empty; so they meet at a row that is always there. */
const waitForTurn = statement(({ sql }) => sql(MIGRATION_TABLE).update({ id: sql.ref('id') }))
const withdrawAll = statement(({ sql }) => sql('course_publish').delete())
const insertCourse = statement(({ sql }) =>
  sql('course_publish').insert({
    course_id: param('courseId'),
    course_name: param('courseName'),
    price: param('price'),
    valid_days: param('validDays'),
  }),
)

export function courseCatalogue(session: SqlSession): CourseCatalogue {
  return {
    find: session.gather(async (ids: readonly CourseId[]) => {
      const [rows = []] = await session.readTogether(coursesOf(ids.map((id) => [id])))
      const courses = new Map(rows.map(toCourse).map((course) => [course.courseId, course]))
      return ids.map((id) => courses.get(id) ?? null)
    }),
    async list() {
      return (await session.all(listCourses, {})).map(toCourse)
    },
  }
}

/** In one transaction: a reader sees the old list or the new one, and of several publishers at once the last one's. */
export async function publishCourses(session: SqlSession, courses: readonly Course[]): Promise<void> {
  const insertions = courses.map((course): Change => [insertCourse, { ...course }])
  await session.runAll([[waitForTurn, {}], [withdrawAll, {}], ...insertions])
}

const toCourse = (row: Row): Course => ({
  courseId: readText(row, 'course_id'),
  courseName: readText(row, 'course_name'),
  price: readNumber(row, 'price'),
  validDays: readNumber(row, 'valid_days'),
})
