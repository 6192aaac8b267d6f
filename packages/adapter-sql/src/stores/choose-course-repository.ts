import { ChoiceStatus, type ChooseCourseId, type MessageId } from '@coursepay/core'
import {
  type ChooseCourseRepository,
  type CourseEntitlement,
  type EntitlementCommit,
  type EntitlementKey,
  emptyEntitlement,
} from '@coursepay/core/ports'
import { comparatorByAge } from '../sql/comparator-by-age.js'
import type { Committer } from '../sql/engine.js'
import { readId, readNumber } from '../sql/row-values.js'
import type { ReadSession } from '../sql/session.js'
import { type Row, type Sql, sql } from '../sql/sql.js'
import { choicesTable, courseTableEntriesTable, handledMessagesTable, userCourseKeyOf } from '../sql/tables.js'
import { createFindByKey, createReadByKeys, type KeyLookup } from './key-lookup.js'

export function createChooseCourseRepository(
  session: ReadSession,
  commit: Committer<EntitlementCommit>,
): ChooseCourseRepository {
  const { xc_course_tables, xc_choose_course, handled_message } = session.syntax.tables
  const find = createFindByKey(session, createEntitlementLookups(session))
  const findHandled = createFindByKey(session, [
    {
      valuesOf: ([consumer, id]: readonly [consumer: string, id: MessageId]) => [consumer, BigInt(id)],
      keysOf: ({ consumer, messageId }) => [[consumer, messageId]],
      read: createReadByKeys(session, sql`SELECT * FROM ${handled_message} WHERE`, ['consumer', 'message_id'], (rows) =>
        rows.map(handledMessagesTable.read),
      ),
    },
  ])
  return {
    find: async (key) => (await find(key)) ?? ('userId' in key ? emptyEntitlement(key.userId, key.courseId) : null),
    isHandled: async (consumer, id) => (await findHandled([consumer, id])) !== null,
    commit,
    async page(userId, offset, limit) {
      const ofUser = sql`FROM ${xc_course_tables} WHERE user_id = ${userId}`
      const [rows, [count = {}]] = await Promise.all([
        session.all(
          sql`SELECT * ${ofUser} ORDER BY create_date DESC, choose_course_id DESC LIMIT ${limit} OFFSET ${offset}`,
        ),
        session.all(sql`SELECT COUNT(*) AS total ${ofUser}`),
      ])
      return { entries: rows.map(courseTableEntriesTable.read), total: readNumber(count, 'total') }
    },
    async listWaiting(before, after, limit) {
      const waiting = sql`SELECT id FROM ${xc_choose_course} WHERE status = ${ChoiceStatus.waiting}
        AND id > ${BigInt(after ?? '0')} AND create_date < ${before}`
      /** Two reads, each of which the index (status, retired, id) serves in its order. */
      const rows = await Promise.all([
        session.all(sql`${waiting} AND retired IS NULL ORDER BY id LIMIT ${limit}`),
        session.all(sql`${waiting} AND retired = 'superseded' ORDER BY id LIMIT ${limit}`),
      ])
      const ids = rows.flat().map((row) => readId<ChooseCourseId>(row, 'id'))
      return ids.sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1)).slice(0, limit)
    },
  }
}

const [choice, tableEntry] = [choicesTable.as('c'), courseTableEntriesTable.as('e')]

/** Choices and table entry are read by one statement, and so from a single moment. */
function createEntitlementLookups(session: ReadSession): readonly KeyLookup<EntitlementKey, CourseEntitlement>[] {
  const { tables, byIndex, joinInOrder } = session.syntax
  const columns = sql`SELECT ${choice.columns},${tableEntry.columns} FROM`
  const ofOwner = byIndex('xc_choose_course', ['user_id', 'course_id', 'id'], 'c')
  const entries = sql`LEFT JOIN ${tables.xc_course_tables} e ON e.user_id = c.user_id AND e.course_id = c.course_id`
  const byOwner = sql`${columns} ${ofOwner} ${entries} WHERE`
  const byChoice = sql`${columns} ${tables.xc_choose_course} named
    ${joinInOrder} ${ofOwner} ON c.user_id = named.user_id AND c.course_id = named.course_id ${entries} WHERE`
  const readBy = (start: Sql, names: readonly string[]) => createReadByKeys(session, start, names, assembleEntitlements)
  return [
    {
      valuesOf: (key) => ('userId' in key ? [key.userId, key.courseId] : null),
      keysOf: ({ userId, courseId }) => [[userId, courseId]],
      read: readBy(byOwner, ['c.user_id', 'c.course_id']),
    },
    {
      valuesOf: (key) => ('id' in key ? [BigInt(key.id)] : null),
      keysOf: ({ choices }) => choices.map(({ id }) => [id]),
      read: readBy(byChoice, ['named.id']),
    },
    {
      valuesOf: (key) => ('grantKey' in key ? [key.grantKey] : null),
      keysOf: ({ choices }) => choices.flatMap(({ grantKey }) => (grantKey === null ? [] : [[grantKey]])),
      read: readBy(byChoice, ['named.grant_key']),
    },
  ]
}

function assembleEntitlements(rows: readonly Row[]): CourseEntitlement[] {
  // Two keys that name one entitlement find its choices twice.
  const found = new Map(rows.map((row) => [row.c_id, { choice: choice.read(row), row }]))
  return [...Map.groupBy(found.values(), (each) => userCourseKeyOf(each.choice)).values()].flatMap((group) =>
    group.slice(0, 1).map(({ row, choice: { userId, courseId } }) => ({
      ...{ userId, courseId },
      choices: group.map((each) => each.choice).sort(compareOldestFirst),
      entry: row.e_choose_course_id === null ? null : tableEntry.read(row),
    })),
  )
}

const compareOldestFirst = comparatorByAge<CourseEntitlement['choices'][number]>(({ createDate, id }) => [
  createDate,
  id,
])
