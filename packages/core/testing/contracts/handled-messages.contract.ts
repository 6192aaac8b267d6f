import { messageId } from '../../src/shared/identifiers.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { SAMPLE_TIME, sampleId } from './sample-data.js'
import { atOnce, keepsSecrets, type LearningStoresHarness, rolledBack, unavailable } from './store-harness.js'

const CONSUMER = 'learning-centre'
const some = messageId(sampleId(301))
const neighbour = messageId(sampleId(302))

const everyCall = ({ stores: { handled } }: LearningStoresHarness) => [handled.takeOnce(CONSUMER, some, SAMPLE_TIME)]

export const handledMessagesContract = defineContract<LearningStoresHarness>()('HandledMessages', {
  'lets a consumer take a message once': async ({ stores: { handled } }) => {
    equal(await handled.takeOnce(CONSUMER, some, SAMPLE_TIME), true, 'the first call')
    equal(await handled.takeOnce(CONSUMER, some, SAMPLE_TIME), false, 'the second call')
    equal(await handled.takeOnce(CONSUMER, some, SAMPLE_TIME + 31_536_000_000), false, 'a call a year later')
  },

  'lets each consumer take the message': async ({ stores: { handled } }) => {
    await handled.takeOnce(CONSUMER, some, SAMPLE_TIME)
    equal(await handled.takeOnce('materials', some, SAMPLE_TIME), true)
  },

  'keeps ids above 2^53 apart': async ({ stores: { handled } }) => {
    ensure(Number(some) === Number(neighbour), 'The two ids are one number to a float.')
    await handled.takeOnce(CONSUMER, some, SAMPLE_TIME)
    equal(await handled.takeOnce(CONSUMER, neighbour, SAMPLE_TIME), true)
  },

  'lets one of many callers take the message': async ({ stores: { handled } }) => {
    const taken = await atOnce(8, () => handled.takeOnce(CONSUMER, some, SAMPLE_TIME))
    equal(taken.filter((took) => took).length, 1, 'the number of callers that took it')
  },

  'lets one of many units of work take the message': async ({ unitOfWork }) => {
    const taken = await atOnce(8, () => unitOfWork.run(({ handled }) => handled.takeOnce(CONSUMER, some, SAMPLE_TIME)))
    equal(taken.filter((took) => took).length, 1, 'the number of units that took it')
  },

  'lets a message be taken again when the unit of work failed': async (harness) => {
    await rolledBack(harness, async ({ handled }) => {
      equal(await handled.takeOnce(CONSUMER, some, SAMPLE_TIME), true, 'the call in the unit that fails')
    })
    equal(await harness.stores.handled.takeOnce(CONSUMER, some, SAMPLE_TIME), true)
  },

  'remembers over a restart': async (harness) => {
    await harness.stores.handled.takeOnce(CONSUMER, some, SAMPLE_TIME)
    await harness.reopen()
    equal(await harness.stores.handled.takeOnce(CONSUMER, some, SAMPLE_TIME), false)
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
