import type { CourseChoice } from '@coursepay/core'
import type { EntitlementCommit } from '@coursepay/core/ports'
import {
  choicesTable,
  courseTableEntriesTable,
  handledMessagesTable,
  operatorActionsTable,
  userCourseKeyOf,
} from '../sql/tables.js'
import type { AggregateMapping } from './aggregate-mapping.js'
import { addedItems, changedItemPairs, defineInsertStep, defineRemoveStep, defineUpdateStep } from './write-step.js'

const idOf = ({ id }: CourseChoice) => id
const changedChoicePairs = ({ before, after }: EntitlementCommit) =>
  changedItemPairs(before.choices, after.choices, idOf)

/**
 * How a commit of an entitlement is written. Choices retire before another one becomes current: one is current at a
 * time.
 */
export const choiceMapping: AggregateMapping<EntitlementCommit> = {
  root: 'xc_choose_course',
  steps: [
    defineUpdateStep(choicesTable, (commit) =>
      changedChoicePairs(commit).filter(([, { retired }]) => retired !== null),
    ),
    defineUpdateStep(choicesTable, (commit) =>
      changedChoicePairs(commit).filter(([, { retired }]) => retired === null),
    ),
    defineInsertStep(choicesTable, ({ before, after }) => addedItems(before.choices, after.choices, idOf), {
      provesCommit: true,
    }),
    defineRemoveStep(courseTableEntriesTable, ({ before, after }) =>
      before.entry === null || before.entry === after.entry ? [] : [before.entry],
    ),
    defineInsertStep(courseTableEntriesTable, ({ before, after }) =>
      after.entry === null || before.entry === after.entry ? [] : [after.entry],
    ),
    defineInsertStep(
      handledMessagesTable,
      ({ handled }) => (handled === null ? [] : [{ ...handled, handledAt: handled.at }]),
      {
        provesCommit: true,
      },
    ),
    defineInsertStep(operatorActionsTable, ({ actions }) => actions, { provesCommit: true }),
  ],
  guardsOf: ({ before }) => before.choices.map(({ id, version }) => ({ id: BigInt(id), version })),
  uniqueKey: ['active_key'],
  newKeysOf: ({ before, after }) =>
    after.choices.some(isCurrent) && !before.choices.some(isCurrent) ? [[userCourseKeyOf(after)]] : [],
  keysOf: ({ after }) => [userCourseKeyOf(after)],
}

const isCurrent = ({ retired }: CourseChoice) => retired === null
