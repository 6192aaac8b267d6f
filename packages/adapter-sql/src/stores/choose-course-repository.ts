import { ChoiceStatus, type ChooseCourseId, type CourseChoice } from '@coursepay/core'
import {
  type ChoiceCommit,
  type ChooseCourseRepository,
  type CourseEntitlement,
  type EntitlementKey,
  emptyEntitlement,
} from '@coursepay/core/ports'
import type { Committer } from '../sql/engine.js'
import { type KeyValues, keyedReads, oldestFirst, whereAny } from '../sql/keyed-reads.js'
import { readId, readNumber, toBigint } from '../sql/row-values.js'
import { newestFirst } from '../sql/sequence.js'
import type { ReadSession } from '../sql/session.js'
import { type Change, LIMIT, OFFSET, param, statement } from '../sql/statement.js'
import { activeKeyOf, choices, courseTable } from '../sql/tables.js'
import { type AggregateTables, aggregateReader, type KeyKind, readsByOwner, readsByRow } from './aggregate-reader.js'

const OWNER = ['user_id', 'course_id'] as const

const tables: AggregateTables = [
  ['xc_choose_course', OWNER],
  ['xc_course_tables', OWNER],
]

const kinds: readonly KeyKind<EntitlementKey, CourseEntitlement>[] = [
  {
    valuesOf: (key) => ('userId' in key ? [key.userId, key.courseId] : null),
    keysOf: ({ userId, courseId }) => [[userId, courseId]],
    readsAt: readsByOwner(tables),
  },
  {
    valuesOf: (key) => ('id' in key ? [toBigint(key.id)] : null),
    keysOf: ({ choices }) => choices.map(({ id }) => [id]),
    readsAt: readsByRow(tables, 'xc_choose_course', 'id'),
  },
  {
    valuesOf: (key) => ('grantKey' in key ? [key.grantKey] : null),
    keysOf: ({ choices }) => choices.flatMap(({ grantKey }) => (grantKey === null ? [] : [[grantKey]])),
    readsAt: readsByRow(tables, 'xc_choose_course', 'grant_key'),
  },
]

const readEntitlements = aggregateReader(kinds, ([rows = [], entries = []]) => {
  const tableEntries = new Map(entries.map(courseTable.read).map((entry) => [activeKeyOf(entry), entry]))
  return [...Map.groupBy(oldestFirst(rows, 'id').map(choices.read), activeKeyOf)].flatMap(([owner, choices]) =>
    choices.slice(0, 1).map(({ userId, courseId }) => ({
      ...{ userId, courseId, choices },
      entry: tableEntries.get(owner) ?? null,
    })),
  )
})

const INBOX_KEY = ['consumer', 'message_id'] as const

const handledAmong = keyedReads((placeholders) => [
  statement(({ sql }) =>
    sql('handled_message')
      .select(...INBOX_KEY)
      .where(whereAny(INBOX_KEY, placeholders)),
  ),
])

const pageOfUser = statement(({ sql }) =>
  sql('xc_course_tables')
    .where('user_id', param('userId'))
    .orderBy(newestFirst('create_date', 'choose_course_id'))
    .limit(LIMIT)
    .offset(OFFSET),
)

const countOfUser = statement(({ sql }) =>
  sql('xc_course_tables').where('user_id', param('userId')).count({ total: '*' }),
)

/** Two reads, each of which the index (status, retired, id) serves in its order. */
const findWaiting = (retired: CourseChoice['retired']) =>
  statement(({ sql }) =>
    sql('xc_choose_course')
      .select('id')
      .where({ status: ChoiceStatus.waiting, retired })
      .where('id', '>', param('after'))
      .where('create_date', '<', param('before'))
      .orderBy('id')
      .limit(LIMIT),
  )
const waitingReads = [findWaiting(null), findWaiting('superseded')]

export function chooseCourseRepository(session: ReadSession, commit: Committer<ChoiceCommit>): ChooseCourseRepository {
  const isHandled = session.gather(async (keys: readonly KeyValues[]) => {
    const [rows = []] = await session.readTogether(handledAmong(keys))
    const found = new Set(rows.map((row) => `${row.consumer} ${row.message_id}`))
    return keys.map((key) => found.has(key.join(' ')))
  })
  return {
    find: session.gather(async (keys: readonly EntitlementKey[]) => {
      const found = await readEntitlements(session, keys)
      return keys.map(
        (key, index) => found[index] ?? ('userId' in key ? emptyEntitlement(key.userId, key.courseId) : null),
      )
    }),
    isHandled: (consumer, id) => isHandled([consumer, toBigint(id)]),
    commit,
    async page(userId, offset, limit) {
      const [rows = [], [count = {}] = []] = await session.readTogether([
        [pageOfUser, { userId, offset, limit }],
        [countOfUser, { userId }],
      ])
      return { entries: rows.map(courseTable.read), total: readNumber(count, 'total') }
    },
    async listWaiting(before, after, limit) {
      const values = { before, after: toBigint(after ?? '0'), limit }
      const rows = await session.readTogether(waitingReads.map((read): Change => [read, values]))
      const ids = rows.flat().map((row) => readId<ChooseCourseId>(row, 'id'))
      return ids.sort((one, other) => (toBigint(one) < toBigint(other) ? -1 : 1)).slice(0, limit)
    },
  }
}
