import { ChoiceStatus, type ChooseCourseId, type CourseChoice, type CourseTableEntry } from '@coursepay/core'
import {
  type ChoiceCommit,
  type ChooseCourseRepository,
  type CourseEntitlement,
  type EntitlementKey,
  emptyEntitlement,
} from '@coursepay/core/ports'
import type { Knex } from 'knex'
import type { Committer } from '../sql/engine.js'
import { readId, readNumber, readText, readTextOrNull, toBigint } from '../sql/row-values.js'
import { type Change, getEach, type ReadSession } from '../sql/session.js'
import {
  LIMIT,
  OFFSET,
  param,
  type Row,
  type SqlContext,
  type Statement,
  statement,
  type Values,
} from '../sql/statement.js'

/** Reads of one entitlement, in the sequence in which they are to be read. */
type EntitlementReads = readonly [choices: Statement, entry: Statement, versions: Statement]
const READS = 3

/** `matches` names the user and the course: by values, or by those of a choice. */
function entitlementReads(matches: (context: SqlContext) => Readonly<Record<string, Knex.Value>>): EntitlementReads {
  const choices = (context: SqlContext) =>
    context.sql('xc_choose_course').where(matches(context)).orderBy(['create_date', 'id'])
  return [
    statement(choices),
    statement((context) => context.sql('xc_course_tables').where(matches(context))),
    statement((context) => choices(context).select('id', 'version')),
  ]
}

const readsByOwner = entitlementReads(() => ({ user_id: param('userId'), course_id: param('courseId') }))
const readsByChoice = (column: string) =>
  entitlementReads(({ sql }) => {
    const of = (owner: string) => sql('xc_choose_course').select(owner).where(column, param('key')) as never
    return { user_id: of('user_id'), course_id: of('course_id') }
  })
const [readsById, readsByGrantKey] = [readsByChoice('id'), readsByChoice('grant_key')]

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

/** Two reads, each of which the index (status, retired, id) serves in its order. */
const waiting = (retired: CourseChoice['retired']) =>
  statement(({ sql }) =>
    sql('xc_choose_course')
      .select('id')
      .where({ status: ChoiceStatus.waiting, retired })
      .where('id', '>', param('after'))
      .where('create_date', '<', param('before'))
      .orderBy('id')
      .limit(LIMIT),
  )
const waitingReads = [waiting(null), waiting('superseded')]

export function chooseCourseRepository(session: ReadSession, commit: Committer<ChoiceCommit>): ChooseCourseRepository {
  const isHandled = session.gather(async (keys: readonly Values[]) =>
    (await getEach(session, handled, keys)).map((row) => row !== undefined),
  )
  return {
    find: session.gather((keys) => readEntitlements(session, keys)),
    isHandled: (consumer, id) => isHandled({ consumer, messageId: toBigint(id) }),
    commit,
    async page(userId, offset, limit) {
      const [rows = [], [count = {}] = []] = await session.readTogether([
        [pageOfUser, { userId, offset, limit }],
        [countOfUser, { userId }],
      ])
      return { entries: rows.map(toEntry), total: readNumber(count, 'total') }
    },
    async listWaiting(before, after, limit) {
      const values = { before, after: toBigint(after ?? '0'), limit }
      const rows = await session.readTogether(waitingReads.map((read): Change => [read, values]))
      const ids = rows.flat().map((row) => readId<ChooseCourseId>(row, 'id'))
      return ids.sort((one, other) => (toBigint(one) < toBigint(other) ? -1 : 1)).slice(0, limit)
    },
  }
}

/** How often an entitlement that changes all the time is read. */
const MAX_READS = 20

/**
 * Of each entitlement the choices first, then the entry, then the choices' versions again, in one round trip for all: a
 * commit between them is seen, and all is read again.
 */
async function readEntitlements(
  session: ReadSession,
  keys: readonly EntitlementKey[],
): Promise<readonly (CourseEntitlement | null)[]> {
  const reads = keys.flatMap(readsOf)
  for (let tries = 1; ; tries += 1) {
    const rows = await session.readTogether(reads)
    const parts = keys.map((_, place) => rows.slice(READS * place, READS * (place + 1)))
    if (tries < MAX_READS && parts.some(isTorn)) continue
    return keys.map((key, place) => assemble(key, parts[place] ?? []))
  }
}

function readsOf(key: EntitlementKey): readonly Change[] {
  if ('userId' in key) return readsByOwner.map((read): Change => [read, { ...key }])
  if ('id' in key) return readsById.map((read): Change => [read, { key: toBigint(key.id) }])
  return readsByGrantKey.map((read): Change => [read, { key: key.grantKey }])
}

type EntitlementRows = readonly (readonly Row[])[]

const isTorn = ([choices = [], , again = []]: EntitlementRows): boolean => versionsOf(choices) !== versionsOf(again)

function assemble(key: EntitlementKey, [rows = [], entries = []]: EntitlementRows): CourseEntitlement | null {
  const choices = rows.map(toChoice)
  const [[first], [entry]] = [choices, entries]
  if (first === undefined) return 'userId' in key ? emptyEntitlement(key.userId, key.courseId) : null
  const { userId, courseId } = first
  return { userId, courseId, choices, entry: entry === undefined ? null : toEntry(entry) }
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
