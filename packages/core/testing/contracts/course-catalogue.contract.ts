import { courseId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { awkwardAmounts, sampleCourse } from './sample-data.js'
import { keepsSecrets, type LearningStoresHarness, tamper, unavailable } from './store-harness.js'

const java = sampleCourse({ courseId: courseId('a-java') })
const spring = sampleCourse({ courseId: courseId('b-spring'), price: fen(0), validDays: 30 })

const everyCall = ({ catalogue }: LearningStoresHarness) => [catalogue.find(java.courseId), catalogue.list()]

export const courseCatalogueContract = defineContract<LearningStoresHarness>()('CourseCatalogue', {
  'finds a published course as it is': async ({ catalogue, publish }) => {
    await publish([java, spring])
    equal(await catalogue.find(java.courseId), java)
    equal(await catalogue.find(spring.courseId), spring)
  },

  'answers null for a course that is not published': async ({ catalogue, publish }) => {
    await publish([java])
    equal(await catalogue.find(spring.courseId), null)
  },

  'tells courses apart by upper and lower case': async ({ catalogue, publish }) => {
    await publish([java])
    equal(await catalogue.find(courseId('A-JAVA')), null)
  },

  'keeps the price exact, up to the largest payment': async ({ catalogue, publish }) => {
    const courses = awkwardAmounts.map((price, count) => sampleCourse({ courseId: courseId(`course-${count}`), price }))
    await publish(courses)
    for (const { courseId, price } of courses) equal((await catalogue.find(courseId))?.price, price)
  },

  'lists every published course by its id': async ({ catalogue, publish }) => {
    await publish([spring, java])
    equal(await catalogue.list(), [java, spring])
  },

  'lists nothing when nothing is published': async ({ catalogue }) => {
    equal(await catalogue.list(), [])
  },

  'shows a changed price at once': async ({ catalogue, publish }) => {
    await publish([java])
    await catalogue.find(java.courseId)
    await publish([{ ...java, price: fen(1) }])
    equal((await catalogue.find(java.courseId))?.price, fen(1))
    equal((await catalogue.list()).length, 1, 'the number of courses')
  },

  'keeps the courses over a restart': async (harness) => {
    await harness.publish([java])
    await harness.reopen()
    equal(await harness.catalogue.find(java.courseId), java)
  },

  'shares no object with its callers': async ({ catalogue, publish }) => {
    await publish([java])
    const [listed] = await catalogue.list()
    for (const copy of [await catalogue.find(java.courseId), listed]) {
      tamper(() => void Object.assign(copy ?? {}, { price: 1 }))
    }
    equal(await catalogue.find(java.courseId), java)
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
