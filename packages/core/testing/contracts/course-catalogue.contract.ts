import { courseId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { awkwardAmounts, sampleCourse } from './sample-data.js'
import { type LearningStoreHarness, storeClauses } from './store-harness.js'

const java = sampleCourse({ courseId: courseId('a-java') })
const spring = sampleCourse({ courseId: courseId('b-spring'), price: fen(0), validDays: 30 })

export const courseCatalogueContract = defineContract<LearningStoreHarness>()('CourseCatalogue', {
  'finds a published course as it is, whatever its price': async ({ store: { catalogue }, publish }) => {
    const dear = awkwardAmounts.map((price, count) => sampleCourse({ courseId: courseId(`course-${count}`), price }))
    await publish([java, spring, ...dear])
    for (const course of [java, spring, ...dear]) equal(await catalogue.find(course.courseId), course)
  },

  'answers null for a course that is not published, also by upper and lower case': async ({
    store: { catalogue },
    publish,
  }) => {
    await publish([java])
    for (const id of [spring.courseId, courseId('A-JAVA')]) equal(await catalogue.find(id), null)
  },

  'lists every published course by its id': async ({ store: { catalogue }, publish }) => {
    equal(await catalogue.list(), [], 'before any is published')
    await publish([spring, java])
    equal(await catalogue.list(), [java, spring])
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
