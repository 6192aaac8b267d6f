import type { CourseChoice, CourseTableEntry } from '@coursepay/core'
import type { ChoiceCommit, HandledMessage } from '@coursepay/core/ports'
import type { CommitPlan } from './commit-plan.js'
import { operatorActions } from './order-tables.js'
import { added, changed, insert, remove, type TableMapping, update } from './write-step.js'

/** Neither id can hold a space, so no two pairs share a key. */
const activeKeyOf = ({ userId, courseId }: { readonly userId: string; readonly courseId: string }): string =>
  `${userId} ${courseId}`

const choices: TableMapping<CourseChoice> = {
  table: 'xc_choose_course',
  key: ['id'],
  columns: {
    id: ({ id }) => BigInt(id),
    course_id: ({ courseId }) => courseId,
    course_name: ({ courseName }) => courseName,
    user_id: ({ userId }) => userId,
    order_type: ({ orderType }) => orderType,
    course_price: ({ coursePrice }) => coursePrice,
    valid_days: ({ validDays }) => validDays,
    status: ({ status }) => status,
    create_date: ({ createDate }) => createDate,
    validtime_start: ({ validtimeStart }) => validtimeStart,
    validtime_end: ({ validtimeEnd }) => validtimeEnd,
    active_key: (choice) => (choice.retired === null ? activeKeyOf(choice) : null),
    retired: ({ retired }) => retired,
    grant_key: ({ grantKey }) => grantKey,
    version: ({ version }) => version,
  },
}

const entries: TableMapping<CourseTableEntry> = {
  table: 'xc_course_tables',
  key: ['choose_course_id'],
  columns: {
    choose_course_id: ({ chooseCourseId }) => BigInt(chooseCourseId),
    user_id: ({ userId }) => userId,
    course_id: ({ courseId }) => courseId,
    course_name: ({ courseName }) => courseName,
    order_type: ({ orderType }) => orderType,
    create_date: ({ createDate }) => createDate,
    validtime_start: ({ validtimeStart }) => validtimeStart,
    validtime_end: ({ validtimeEnd }) => validtimeEnd,
  },
}

const handledMessages: TableMapping<HandledMessage> = {
  table: 'handled_message',
  key: ['consumer', 'message_id'],
  columns: {
    consumer: ({ consumer }) => consumer,
    message_id: ({ messageId }) => BigInt(messageId),
    handled_at: ({ at }) => at,
  },
}

const idOf = ({ id }: CourseChoice) => id
const changedChoices = ({ before, after }: ChoiceCommit) => changed(before.choices, after.choices, idOf)

/**
 * How a commit of an entitlement is written. Choices retire before another one becomes current: one is current at a
 * time.
 */
export const choicePlan: CommitPlan<ChoiceCommit> = {
  root: 'xc_choose_course',
  steps: [
    update(choices, (commit) => changedChoices(commit).filter(([, { retired }]) => retired !== null)),
    update(choices, (commit) => changedChoices(commit).filter(([, { retired }]) => retired === null)),
    insert(choices, ({ before, after }) => added(before.choices, after.choices, idOf), { proves: true }),
    remove(entries, ({ before, after }) =>
      before.entry === null || before.entry === after.entry ? [] : [before.entry],
    ),
    insert(entries, ({ before, after }) => (after.entry === null || before.entry === after.entry ? [] : [after.entry])),
    insert(handledMessages, ({ handled }) => (handled === null ? [] : [handled]), { proves: true }),
    insert(operatorActions, ({ actions }) => actions, { proves: true }),
  ],
  guardsOf: ({ before }) => before.choices.map(({ id, version }) => ({ id: BigInt(id), version })),
  uniqueKey: ['active_key'],
  newKeysOf: ({ before, after }) =>
    after.choices.some(isCurrent) && !before.choices.some(isCurrent) ? [[activeKeyOf(after)]] : [],
  keysOf: ({ after }) => [activeKeyOf(after)],
}

const isCurrent = ({ retired }: CourseChoice) => retired === null
