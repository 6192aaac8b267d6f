import type { CourseChoice } from '@coursepay/core'
import type { ChoiceCommit } from '@coursepay/core/ports'
import { activeKeyOf, choices, courseTable, handledMessages, operatorActions } from '../sql/tables.js'
import type { CommitPlan } from './commit-plan.js'
import { added, changed, insert, remove, update } from './write-step.js'

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
    remove(courseTable, ({ before, after }) =>
      before.entry === null || before.entry === after.entry ? [] : [before.entry],
    ),
    insert(courseTable, ({ before, after }) =>
      after.entry === null || before.entry === after.entry ? [] : [after.entry],
    ),
    insert(handledMessages, ({ handled }) => (handled === null ? [] : [{ ...handled, handledAt: handled.at }]), {
      proves: true,
    }),
    insert(operatorActions, ({ actions }) => actions, { proves: true }),
  ],
  guardsOf: ({ before }) => before.choices.map(({ id, version }) => ({ id: BigInt(id), version })),
  uniqueKey: ['active_key'],
  newKeysOf: ({ before, after }) =>
    after.choices.some(isCurrent) && !before.choices.some(isCurrent) ? [[activeKeyOf(after)]] : [],
  keysOf: ({ after }) => [activeKeyOf(after)],
}

const isCurrent = ({ retired }: CourseChoice) => retired === null
