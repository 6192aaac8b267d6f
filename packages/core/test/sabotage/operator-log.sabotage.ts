import type { OperatorAction, OperatorLog } from '../../src/ports.js'
import { type OperatorLogHarness, operatorLogContract } from '../../testing/contracts/index.js'
import { learningStoreHarness } from '../harnesses/learning-store-harness.js'
import { inPortOf, sabotaged, storeSabotage } from './sabotage.js'

const inLog = inPortOf<{ readonly operatorLog: OperatorLog }, OperatorLogHarness>()('operatorLog')

const makeHarness: () => Promise<OperatorLogHarness> = learningStoreHarness

/** Spoils each action that comes in. */
const appendedAs = (spoil: (action: OperatorAction) => OperatorAction) =>
  inLog((log) => ({ append: (action) => log.append(spoil(action)) }))

export const operatorLogSabotage = sabotaged(operatorLogContract, makeHarness, {
  'lists an action as it was, also without an order, a reason or particulars': [
    appendedAs((action) => ({ ...action, at: Math.trunc(action.at / 1_000) })),
    appendedAs((action) => ({ ...action, orderId: action.orderId ?? '0' })),
  ],
  'lists the newest first, and of one moment the higher id, no more than asked for': [
    inLog((log) => ({
      listOf: async (subject, limit) => (await log.listOf(subject, limit)).toReversed(),
    })),
    inLog((log) => ({
      listOf: async (subject, limit) =>
        (await log.listOf(subject, limit)).toSorted((one, other) => other.at - one.at || (one.id < other.id ? -1 : 1)),
    })),
  ],
  'lists the actions of a subject, and those of its order': inLog((log) => ({
    listOf: async (subject, limit) =>
      (await log.listOf(subject, limit)).filter((action) => subject === null || action.subject === subject),
  })),
  // A row for each call.
  'stores an action once': (harness) => {
    let rows = 0
    return appendedAs((action) => {
      rows += 1
      return { ...action, id: String(rows) }
    })(harness)
  },
  'shares no object with its callers': (harness) => {
    const kept: OperatorAction[] = []
    return inLog(() => ({ append: async (action) => void kept.push(action), listOf: async () => kept }))(harness)
  },
  ...storeSabotage(makeHarness),
})
