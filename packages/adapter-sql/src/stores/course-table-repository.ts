import type { CourseTableEntry, CourseTableRepository } from '@coursepay/core'
import { readId, readNumber, readText, toBigint } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { LIMIT, OFFSET, param, type Row, statement } from '../sql/statement.js'

const putEntry = statement(({ sql }) =>
  sql('xc_course_tables')
    .insert({
      choose_course_id: param('chooseCourseId'),
      user_id: param('userId'),
      course_id: param('courseId'),
      course_name: param('courseName'),
      order_type: param('orderType'),
      create_date: param('createDate'),
      validtime_start: param('validtimeStart'),
      validtime_end: param('validtimeEnd'),
    })
    .onConflict(['user_id', 'course_id'])
    .merge(['choose_course_id', 'course_name', 'order_type', 'create_date', 'validtime_start', 'validtime_end']),
)

const removeEntry = statement(({ sql }) => sql('xc_course_tables').where('choose_course_id', param('id')).delete())

const pageOfUser = statement(({ sql }) =>
  sql('xc_course_tables')
    .where('user_id', param('userId'))
    .orderBy([
      { column: 'create_date', order: 'desc' },
      { column: 'choose_course_id', order: 'desc' },
    ])
    .limit(LIMIT)
    .offset(OFFSET),
)

const countOfUser = statement(({ sql }) =>
  sql('xc_course_tables').where('user_id', param('userId')).count({ total: '*' }),
)

export function courseTableRepository(session: SqlSession): CourseTableRepository {
  return {
    async put(entry) {
      await session.run(putEntry, { ...entry, chooseCourseId: toBigint(entry.chooseCourseId) })
    },
    async remove(chooseCourseId) {
      await session.run(removeEntry, { id: toBigint(chooseCourseId) })
    },
    async page(userId, offset, limit) {
      const rows = await session.all(pageOfUser, { userId, offset, limit })
      const count = (await session.get(countOfUser, { userId })) ?? {}
      return { entries: rows.map(toEntry), total: readNumber(count, 'total') }
    },
  }
}

const toEntry = (row: Row): CourseTableEntry => ({
  chooseCourseId: readId(row, 'choose_course_id'),
  userId: readText(row, 'user_id'),
  courseId: readText(row, 'course_id'),
  courseName: readText(row, 'course_name'),
  orderType: readText(row, 'order_type'),
  createDate: readNumber(row, 'create_date'),
  validtimeStart: readNumber(row, 'validtime_start'),
  validtimeEnd: readNumber(row, 'validtime_end'),
})
