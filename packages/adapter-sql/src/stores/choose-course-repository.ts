import { CheckoutError, ChoiceStatus, type ChooseCourseRepository, type CourseChoice } from '@coursepay/core'
import { readId, readNumber, readText, toBigint } from '../sql/row-values.js'
import { changesOne, insertOnce, type SqlSession } from '../sql/session.js'
import { lookUp, param, type Row, type Statement, statement, type Values } from '../sql/statement.js'

const insertChoice = statement(({ sql }) =>
  sql('xc_choose_course').insert({
    id: param('id'),
    course_id: param('courseId'),
    course_name: param('courseName'),
    user_id: param('userId'),
    order_type: param('orderType'),
    course_price: param('coursePrice'),
    valid_days: param('validDays'),
    status: param('status'),
    create_date: param('createDate'),
    validtime_start: param('validtimeStart'),
    validtime_end: param('validtimeEnd'),
    active_key: param('activeKey'),
  }),
)

const findById = lookUp(({ sql }) => sql('xc_choose_course').where('id', param('id')))
const findByKey = lookUp(({ sql }) => sql('xc_choose_course').where('active_key', param('activeKey')))

const grantWaiting = statement(({ sql }) =>
  sql('xc_choose_course')
    .where({ id: param('id'), status: ChoiceStatus.waiting })
    .whereNotNull('active_key')
    .update({
      status: param('status'),
      validtime_start: param('validtimeStart'),
      validtime_end: param('validtimeEnd'),
    }),
)

const retireCurrent = statement(({ sql }) =>
  sql('xc_choose_course').where('id', param('id')).whereNotNull('active_key').update({ active_key: null }),
)

/** Neither id can hold a space, so no two pairs share a key. */
const activeKey = (userId: string, courseId: string) => `${userId} ${courseId}`

export function chooseCourseRepository(session: SqlSession): ChooseCourseRepository {
  return {
    insertOrRead: (choice) => session.atomically((unit) => insertOrRead(unit, choice)),
    find: (id) => findChoice(session, findById, { id: toBigint(id) }),
    findCurrent: (userId, courseId) => findChoice(session, findByKey, { activeKey: activeKey(userId, courseId) }),
    grant: ({ id, status, validtimeStart, validtimeEnd }) =>
      changesOne(session, grantWaiting, { id: toBigint(id), status, validtimeStart, validtimeEnd }),
    retire: (id) => changesOne(session, retireCurrent, { id: toBigint(id) }),
  }
}

async function insertOrRead(unit: SqlSession, choice: CourseChoice) {
  const key = activeKey(choice.userId, choice.courseId)
  if (await insertOnce(unit, insertChoice, { ...choice, id: toBigint(choice.id), activeKey: key })) {
    return { choice: structuredClone(choice), inserted: true }
  }
  const current = await findChoice(unit, findByKey, { activeKey: key })
  if (current === null) throw new CheckoutError('state_conflict', 'Another choice has this number.')
  return { choice: current, inserted: false }
}

async function findChoice(session: SqlSession, find: Statement, values: Values): Promise<CourseChoice | null> {
  const row = await session.get(find, values)
  return row === undefined ? null : toChoice(row)
}

const toChoice = (row: Row): CourseChoice => ({
  id: readId(row, 'id'),
  courseId: readText(row, 'course_id'),
  courseName: readText(row, 'course_name'),
  userId: readText(row, 'user_id'),
  orderType: readText(row, 'order_type'),
  coursePrice: readNumber(row, 'course_price'),
  validDays: readNumber(row, 'valid_days'),
  status: readText(row, 'status'),
  createDate: readNumber(row, 'create_date'),
  validtimeStart: readNumber(row, 'validtime_start'),
  validtimeEnd: readNumber(row, 'validtime_end'),
})
