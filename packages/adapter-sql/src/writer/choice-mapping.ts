import type { CourseChoice } from '@coursepay/core'
import type { EntitlementCommit } from '@coursepay/core/ports'
import {
  activeKeyOf,
  choicesTable,
  courseTableEntriesTable,
  handledMessagesTable,
  operatorActionsTable,
} from '../sql/tables.js'
import type { AggregateMapping } from './aggregate-mapping.js'
import { addedItems, changedItemPairs, insertStep, removeStep, updateStep } from './write-step.js'

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
    updateStep(choicesTable, (commit) => changedChoicePairs(commit).filter(([, { retired }]) => retired !== null)),
    updateStep(choicesTable, (commit) => changedChoicePairs(commit).filter(([, { retired }]) => retired === null)),
    insertStep(choicesTable, ({ before, after }) => addedItems(before.choices, after.choices, idOf), {
      provesCommit: true,
    }),
    removeStep(courseTableEntriesTable, ({ before, after }) =>
      before.entry === null || before.entry === after.entry ? [] : [before.entry],
    ),
    insertStep(courseTableEntriesTable, ({ before, after }) =>
      after.entry === null || before.entry === after.entry ? [] : [after.entry],
    ),
    insertStep(
      handledMessagesTable,
      ({ handled }) => (handled === null ? [] : [{ ...handled, handledAt: handled.at }]),
      {
        provesCommit: true,
      },
    ),
    insertStep(operatorActionsTable, ({ actions }) => actions, { provesCommit: true }),
  ],
  guardsOf: ({ before }) => before.choices.map(({ id, version }) => ({ id: BigInt(id), version })),
  uniqueKey: ['active_key'],
  newKeysOf: ({ before, after }) =>
    after.choices.some(isCurrent) && !before.choices.some(isCurrent) ? [[activeKeyOf(after)]] : [],
  keysOf: ({ after }) => [activeKeyOf(after)],
}

const isCurrent = ({ retired }: CourseChoice) => retired === null
