import {
  type ChoiceCommit,
  ChoiceStatus,
  type ChooseCourseRepository,
  type CourseChoice,
  type CourseEntitlement,
  type CourseTableEntry,
  type EntitlementKey,
  emptyEntitlement,
} from '@coursepay/core'
import type { Committer } from '../sql/engine.js'
import { readId, readNumber, readText, readTextOrNull, toBigint } from '../sql/row-values.js'
import type { Change, SqlSession } from '../sql/session.js'
import { LIMIT, OFFSET, param, type Row, statement, type Values } from '../sql/statement.js'

const ofUserAndCourse = { user_id: param('userId'), course_id: param('courseId') }

const choicesOf = statement(({ sql }) => sql('xc_choose_course').where(ofUserAndCourse).orderBy('id'))
const entryOf = statement(({ sql }) => sql('xc_course_tables').where(ofUserAndCourse))

const ownerById = statement(({ sql }) =>
  sql('xc_choose_course').select('user_id', 'course_id').where('id', param('id')),
)
const ownerByGrantKey = statement(({ sql }) =>
  sql('xc_choose_course').select('user_id', 'course_id').where('grant_key', param('grantKey')),
)

const handled = statement(({ sql }) =>
  sql('handled_message')
    .select('message_id')
    .where({ consumer: param('consumer'), message_id: param('messageId') }),
)

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

const waiting = statement(({ sql }) =>
  sql('xc_choose_course')
    .select('id')
    .where('status', ChoiceStatus.waiting)
    .whereNull('retired')
    .where('id', '>', param('after'))
    .where('create_date', '<', param('before'))
    .orderBy('id')
    .limit(LIMIT),
)

export function chooseCourseRepository(session: SqlSession, commit: Committer<ChoiceCommit>): ChooseCourseRepository {
  return {
    async find(key) {
      const owner = await findOwner(session, key)
      return owner === null ? null : readWhole(session, owner)
    },
    async isHandled(consumer, id) {
      return (await session.get(handled, { consumer, messageId: toBigint(id) })) !== undefined
    },
    commit,
    async page(userId, offset, limit) {
      const [rows = [], [count = {}] = []] = await session.readTogether([
        [pageOfUser, { userId, offset, limit }],
        [countOfUser, { userId }],
      ])
      return { entries: rows.map(toEntry), total: readNumber(count, 'total') }
    },
    async listWaiting(before, after, limit) {
      const rows = await session.all(waiting, { before, after: toBigint(after ?? '0'), limit })
      return rows.map((row) => readId(row, 'id'))
    },
  }
}

type Owner = Pick<CourseEntitlement, 'userId' | 'courseId'>

/** The owner of a choice never changes, so it is read by itself. */
async function findOwner(session: SqlSession, key: EntitlementKey): Promise<Owner | null> {
  if ('userId' in key) return key
  const [find, values]: Change = 'id' in key ? [ownerById, { id: toBigint(key.id) }] : [ownerByGrantKey, { ...key }]
  const row = await session.get(find, values)
  return row === undefined ? null : { userId: readText(row, 'user_id'), courseId: readText(row, 'course_id') }
}

const MAX_READS = 20

/** The choices first, then the entry, then the choices again: a commit between them shows as a version that changed. */
async function readWhole(session: SqlSession, { userId, courseId }: Owner): Promise<CourseEntitlement> {
  const values: Values = { userId, courseId }
  for (let tries = 1; ; tries += 1) {
    const reads: readonly Change[] = [
      [choicesOf, values],
      [entryOf, values],
      [choicesOf, values],
    ]
    const [choices = [], [entry] = [], again = []] = await session.readTogether(reads)
    const isWhole = versionsOf(choices) === versionsOf(again)
    if (!isWhole && tries < MAX_READS) continue
    return {
      ...emptyEntitlement(userId, courseId),
      choices: choices.map(toChoice),
      entry: entry === undefined ? null : toEntry(entry),
    }
  }
}

const versionsOf = (rows: readonly Row[]): string => rows.map(({ id, version }) => `${id}:${version}`).join(' ')

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
  retired: readTextOrNull(row, 'retired'),
  grantKey: readTextOrNull(row, 'grant_key'),
  version: readNumber(row, 'version'),
})

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
