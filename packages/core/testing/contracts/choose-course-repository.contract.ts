import type { CourseChoice } from '../../src/learning/domain/course-choice.js'
import { chooseCourseId, courseId, userId } from '../../src/shared/identifiers.js'
import { ChoiceStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, rejectsWithCode } from './assertions.js'
import { defineContract } from './define-contract.js'
import { awkwardAmounts, otherUserId, SAMPLE_TIME, sampleChoice, sampleId, sampleUserId } from './sample-data.js'
import { atOnce, keepsSecrets, type LearningStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

const noChoice = chooseCourseId(sampleId(99))
const someCourse = sampleChoice().courseId

const granted = (choice: CourseChoice): CourseChoice => ({
  ...choice,
  status: ChoiceStatus.succeeded,
  validtimeStart: SAMPLE_TIME + 60_000,
  validtimeEnd: SAMPLE_TIME + 90_000_000,
})

const everyCall = ({ stores: { choices } }: LearningStoresHarness) => [
  choices.insertOrRead(sampleChoice()),
  choices.find(noChoice),
  choices.findCurrent(sampleUserId, someCourse),
  choices.grant(granted(sampleChoice())),
  choices.retire(noChoice),
]

export const chooseCourseRepositoryContract = defineContract<LearningStoresHarness>()('ChooseCourseRepository', {
  'stores a choice and hands it back as it was': async ({ stores: { choices } }) => {
    const choice = sampleChoice()
    equal(await choices.insertOrRead(choice), { choice, inserted: true })
    equal(await choices.find(choice.id), choice)
  },

  'stores a choice that was granted from the start': async ({ stores: { choices } }) => {
    const choice = granted(sampleChoice(1, { orderType: '700001' }))
    await choices.insertOrRead(choice)
    equal(await choices.findCurrent(sampleUserId, someCourse), choice)
  },

  'finds the current choice of a user for a course': async ({ stores: { choices } }) => {
    await choices.insertOrRead(sampleChoice(1))
    await choices.insertOrRead(sampleChoice(2, { userId: otherUserId }))
    await choices.insertOrRead(sampleChoice(3, { courseId: courseId('2') }))
    equal(await choices.findCurrent(sampleUserId, someCourse), sampleChoice(1))
    equal((await choices.findCurrent(otherUserId, someCourse))?.id, sampleChoice(2).id, 'the other user’s choice')
    equal((await choices.findCurrent(sampleUserId, courseId('2')))?.id, sampleChoice(3).id, 'the other course’s choice')
  },

  'answers null for a choice that is not there': async ({ stores: { choices } }) => {
    await choices.insertOrRead(sampleChoice())
    equal(await choices.find(noChoice), null)
    equal(await choices.findCurrent(otherUserId, someCourse), null)
    equal(await choices.findCurrent(sampleUserId, courseId('2')), null)
  },

  'keeps ids above 2^53 apart': async ({ stores: { choices } }) => {
    const [some, other] = [sampleChoice(1), sampleChoice(2, { userId: otherUserId })]
    ensure(Number(some.id) === Number(other.id), 'The two ids are one number to a float.')
    await choices.insertOrRead(some)
    await choices.insertOrRead(other)
    equal(await choices.find(some.id), some)
    equal(await choices.find(other.id), other)
  },

  'keeps the price exact, up to the largest payment': async ({ stores: { choices } }) => {
    for (const [count, coursePrice] of awkwardAmounts.entries()) {
      const choice = sampleChoice(count, { courseId: courseId(`course-${count}`), coursePrice })
      await choices.insertOrRead(choice)
      equal(await choices.find(choice.id), choice)
    }
  },

  'tells users apart by upper and lower case': async ({ stores: { choices } }) => {
    const upper = sampleChoice(2, { userId: userId(sampleUserId.toUpperCase()) })
    await choices.insertOrRead(sampleChoice(1))
    equal(await choices.insertOrRead(upper), { choice: upper, inserted: true })
  },

  'hands out the current choice when another is inserted': async ({ stores: { choices }, storedIds }) => {
    await choices.insertOrRead(sampleChoice(1))
    equal(await choices.insertOrRead(sampleChoice(2)), { choice: sampleChoice(1), inserted: false })
    equal(await storedIds('choices'), [sampleChoice(1).id])
  },

  'refuses an id that another choice has with state_conflict': async ({ stores: { choices } }) => {
    const { id } = sampleChoice(1)
    await choices.insertOrRead(sampleChoice(1))
    await rejectsWithCode(choices.insertOrRead(sampleChoice(2, { id, userId: otherUserId })), 'state_conflict')
    equal(await choices.find(id), sampleChoice(1))
    equal(await choices.findCurrent(otherUserId, someCourse), null)
  },

  'inserts one choice for many callers at once': async ({ stores: { choices }, storedIds }) => {
    const answers = await atOnce(8, (index) => choices.insertOrRead(sampleChoice(index)))
    const [winner, ...losers] = answers.filter((answer) => answer.inserted)
    ensure(winner !== undefined && losers.length === 0, 'Exactly one caller inserts.')
    for (const { choice } of answers) equal(choice, winner.choice)
    equal(await storedIds('choices'), [winner.choice.id])
  },

  'grants a waiting choice, with its new validity': async ({ stores: { choices } }) => {
    await choices.insertOrRead(sampleChoice(1))
    await choices.insertOrRead(sampleChoice(2, { userId: otherUserId }))
    equal(await choices.grant(granted(sampleChoice(1))), true)
    equal(await choices.find(sampleChoice(1).id), granted(sampleChoice(1)))
    equal(await choices.findCurrent(sampleUserId, someCourse), granted(sampleChoice(1)))
    equal((await choices.find(sampleChoice(2).id))?.status, ChoiceStatus.waiting, 'the state of another choice')
  },

  'answers false to a repeated grant, and the first one stays': async ({ stores: { choices } }) => {
    await choices.insertOrRead(sampleChoice())
    await choices.grant(granted(sampleChoice()))
    equal(await choices.grant({ ...granted(sampleChoice()), validtimeEnd: SAMPLE_TIME }), false)
    equal(await choices.find(sampleChoice().id), granted(sampleChoice()))
  },

  'never grants a choice that was retired': async ({ stores: { choices } }) => {
    await choices.insertOrRead(sampleChoice())
    await choices.retire(sampleChoice().id)
    equal(await choices.grant(granted(sampleChoice())), false)
    equal(await choices.find(sampleChoice().id), sampleChoice())
  },

  'answers false to a grant of a choice that is not there': async ({ stores: { choices }, storedIds }) => {
    equal(await choices.grant(granted(sampleChoice())), false)
    equal(await storedIds('choices'), [])
  },

  'lets one of many competing grants win': async ({ stores: { choices } }) => {
    await choices.insertOrRead(sampleChoice())
    const wins = await atOnce(8, (index) =>
      choices.grant({ ...granted(sampleChoice()), validtimeEnd: SAMPLE_TIME + index }),
    )
    equal(wins.filter((won) => won).length, 1, 'the number of winners')
    equal((await choices.find(sampleChoice().id))?.validtimeEnd, SAMPLE_TIME + wins.indexOf(true))
  },

  'makes room for another choice when one is retired, and still finds it': async ({ stores: { choices } }) => {
    const next = sampleChoice(2)
    await choices.insertOrRead(sampleChoice(1))
    equal(await choices.retire(sampleChoice(1).id), true)
    equal(await choices.findCurrent(sampleUserId, someCourse), null, 'the current choice after it was retired')
    equal(await choices.insertOrRead(next), { choice: next, inserted: true })
    equal(await choices.findCurrent(sampleUserId, someCourse), next)
    equal(await choices.find(sampleChoice(1).id), sampleChoice(1))
  },

  'keeps every choice that was retired before': async ({ stores: { choices }, storedIds }) => {
    for (const count of [1, 2, 3]) {
      await choices.insertOrRead(sampleChoice(count))
      equal(await choices.retire(sampleChoice(count).id), true)
    }
    equal(
      [...(await storedIds('choices'))].sort(),
      [1, 2, 3].map((count) => sampleChoice(count).id),
    )
  },

  'answers false when what is to be retired is not current': async ({ stores: { choices } }) => {
    await choices.insertOrRead(sampleChoice(1))
    await choices.retire(sampleChoice(1).id)
    await choices.insertOrRead(sampleChoice(2))
    equal(await choices.retire(sampleChoice(1).id), false, 'retiring a choice again')
    equal(await choices.retire(noChoice), false, 'retiring a choice that is not there')
    equal(await choices.findCurrent(sampleUserId, someCourse), sampleChoice(2))
  },

  'takes back what a failed unit of work did': async (harness) => {
    await harness.stores.choices.insertOrRead(sampleChoice(1))
    await rolledBack(harness, async ({ choices }) => {
      await choices.grant(granted(sampleChoice(1)))
      await choices.retire(sampleChoice(1).id)
      await choices.insertOrRead(sampleChoice(2))
    })
    equal(await harness.stores.choices.findCurrent(sampleUserId, someCourse), sampleChoice(1))
    equal(await harness.storedIds('choices'), [sampleChoice(1).id])
  },

  'keeps choices over a restart': async (harness) => {
    await harness.stores.choices.insertOrRead(sampleChoice(1))
    await harness.stores.choices.retire(sampleChoice(1).id)
    await harness.stores.choices.insertOrRead(sampleChoice(2))
    await harness.reopen()
    equal(await harness.stores.choices.findCurrent(sampleUserId, someCourse), sampleChoice(2))
    equal(await harness.stores.choices.find(sampleChoice(1).id), sampleChoice(1))
  },

  'shares no object with its callers': async ({ stores: { choices } }) => {
    const choice = sampleChoice()
    const { choice: answered } = await choices.insertOrRead(choice)
    const found = await choices.find(choice.id)
    for (const copy of [choice, answered, found]) tamper(() => void Object.assign(copy ?? {}, { validDays: 0 }))
    equal(await choices.find(choice.id), sampleChoice())
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
