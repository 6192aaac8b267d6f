import { courseId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { awkwardAmounts, sampleCourse } from './sample-data.js'
import { type LearningStoreHarness, storeClauses } from './store-harness.js'

const java = sampleCourse({ courseId: courseId('a-java') })
const spring = sampleCourse({ courseId: courseId('b-spring'), price: fen(0), validDays: 30 })

export const courseCatalogueContract = defineContract<LearningStoreHarness>()('CourseCatalogue', {
  'finds a published course as it is': async ({ store: { catalogue }, publish }) => {
    await publish([java, spring])
    equal(await catalogue.find(java.courseId), java)
    equal(await catalogue.find(spring.courseId), spring)
  },

  'answers null for a course that is not published': async ({ store: { catalogue }, publish }) => {
    await publish([java])
    equal(await catalogue.find(spring.courseId), null)
  },

  'tells courses apart by upper and lower case': async ({ store: { catalogue }, publish }) => {
    await publish([java])
    equal(await catalogue.find(courseId('A-JAVA')), null)
  },

  'keeps the price exact, up to the largest payment': async ({ store: { catalogue }, publish }) => {
    const courses = awkwardAmounts.map((price, count) => sampleCourse({ courseId: courseId(`course-${count}`), price }))
    await publish(courses)
    for (const { courseId, price } of courses) equal((await catalogue.find(courseId))?.price, price)
  },

  'lists every published course by its id': async ({ store: { catalogue }, publish }) => {
    await publish([spring, java])
    equal(await catalogue.list(), [java, spring])
  },

  'lists nothing when nothing is published': async ({ store: { catalogue } }) => {
    equal(await catalogue.list(), [])
  },

  'shows a changed price at once': async ({ store: { catalogue }, publish }) => {
    await publish([java])
    await catalogue.find(java.courseId)
    await publish([{ ...java, price: fen(1) }])
    equal((await catalogue.find(java.courseId))?.price, fen(1))
    equal((await catalogue.list()).length, 1, 'the number of courses')
  },

  ...storeClauses<LearningStoreHarness>({
    calls: ({ store: { catalogue } }) => [catalogue.find(java.courseId), catalogue.list()],
    async write({ publish }) {
      const given = [sampleCourse()]
      await publish(given)
      return given
    },
    read: async ({ store: { catalogue } }) => [await catalogue.find(sampleCourse().courseId), await catalogue.list()],
  }),
})
