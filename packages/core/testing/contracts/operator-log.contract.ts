import type { OperatorLog } from '../../src/shared/ports/operator-log.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { SAMPLE_TIME, sampleId, sampleOperatorAction } from './sample-data.js'
import { callConcurrently, type StoreHarness, storeClauses } from './store-harness.js'

/** Both services have a log of their own. */
export type OperatorLogHarness = StoreHarness<{ readonly operatorLog: OperatorLog }>

export const operatorLogContract = defineContract<OperatorLogHarness>()('OperatorLog', {
  'lists an action as it was, also without an order, a reason or particulars': async ({ store: { operatorLog } }) => {
    const bare = sampleOperatorAction(1, { orderId: null, reason: '', detail: '' })
    for (const action of [bare, sampleOperatorAction(2)]) await operatorLog.append(action)
    equal(await operatorLog.listOf(null, 10), [sampleOperatorAction(2), bare])
  },

  'lists the newest first, and of one moment the higher id, no more than asked for': async ({
    store: { operatorLog },
  }) => {
    const [old, some, other, newest] = [
      sampleOperatorAction(4, { at: SAMPLE_TIME }),
      sampleOperatorAction(1),
      sampleOperatorAction(2, { at: SAMPLE_TIME + 1 }),
      sampleOperatorAction(3),
    ]
    ensure(Number(some.id) === Number(other.id), 'The two ids are one number to a float.')
    for (const action of [other, newest, old, some]) await operatorLog.append(action)
    equal(await operatorLog.listOf(null, 10), [newest, other, some, old])
    equal(await operatorLog.listOf(null, 2), [newest, other])
  },

  'lists the actions of a subject, and those of its order': async ({ store: { operatorLog } }) => {
    const orderId = sampleId(7)
    const ofOrder = sampleOperatorAction(1, { kind: 'close', subject: orderId, orderId })
    const ofPayment = sampleOperatorAction(2, { subject: sampleId(8), orderId })
    const ofUser = sampleOperatorAction(3, { kind: 'grant', subject: 'user-7', orderId: null })
    for (const action of [ofOrder, ofPayment, ofUser]) await operatorLog.append(action)
    equal(await operatorLog.listOf(orderId, 10), [ofPayment, ofOrder])
    equal(await operatorLog.listOf(sampleId(8), 10), [ofPayment])
    equal(await operatorLog.listOf('user-7', 10), [ofUser])
    equal(await operatorLog.listOf('USER-7', 10), [], 'of another user')
    equal(await operatorLog.listOf('用户七', 10), [], 'of what no id can be')
  },

  'stores an action once': async ({ store: { operatorLog } }) => {
    await callConcurrently(8, () => operatorLog.append(sampleOperatorAction()))
    await operatorLog.append(sampleOperatorAction(1, { reason: 'another' }))
    equal(await operatorLog.listOf(null, 10), [sampleOperatorAction()])
  },

  ...storeClauses<OperatorLogHarness>({
    calls: ({ store: { operatorLog } }) => [operatorLog.append(sampleOperatorAction()), operatorLog.listOf(null, 10)],
    async write({ store: { operatorLog } }) {
      const given = sampleOperatorAction()
      await operatorLog.append(given)
      return given
    },
    read: ({ store: { operatorLog } }) => operatorLog.listOf(null, 10),
  }),
})
