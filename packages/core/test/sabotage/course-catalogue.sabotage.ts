import { type Course, courseId, type Fen } from '../../src/index.js'
import { courseCatalogueContract, sampleCourse } from '../../testing/contracts/index.js'
import { learningStoreHarness } from '../harnesses/learning-store-harness.js'
import { inLearningStore, sabotaged, storeSabotage } from './sabotage.js'

const inCatalogue = inLearningStore('catalogue')

/** Spoils each course that is found. */
const foundAs = (spoil: (course: Course) => Course) =>
  inCatalogue((catalogue) => ({
    async find(id) {
      const course = await catalogue.find(id)
      return course === null ? null : spoil(course)
    },
  }))

export const courseCatalogueSabotage = sabotaged(courseCatalogueContract, learningStoreHarness, {
  'finds a published course as it is, whatever its price': [
    foundAs((course) => ({ ...course, validDays: 365 })),
    foundAs((course) => ({ ...course, price: Math.fround(course.price) as Fen })),
  ],

  'answers null for a course that is not published, also by upper and lower case': [
    inCatalogue((catalogue) => ({ find: async (id) => (await catalogue.find(id)) ?? sampleCourse() })),
    inCatalogue((catalogue) => ({ find: (id) => catalogue.find(courseId(id.toLowerCase())) })),
  ],

  'lists every published course by its id': [
    inCatalogue((catalogue) => ({ list: async () => [...(await catalogue.list())].reverse() })),
    inCatalogue((catalogue) => ({
      async list() {
        const courses = await catalogue.list()
        return courses.length > 0 ? courses : [sampleCourse()]
      },
    })),
  ],

  // Keeps what it found for ever.
  'shows a changed price at once': (harness) => {
    const cache = new Map<string, Course | null>()
    return inCatalogue((catalogue) => ({
      async find(id) {
        const course = cache.get(id) ?? (await catalogue.find(id))
        cache.set(id, course)
        return course === null ? null : { ...course }
      },
    }))(harness)
  },

  'shares no object with its callers': (harness) => {
    const cache = new Map<string, Course | null>()
    return inCatalogue((catalogue) => ({
      async find(id) {
        const course = cache.get(id) ?? (await catalogue.find(id))
        cache.set(id, course)
        return course
      },
    }))(harness)
  },

  ...storeSabotage(learningStoreHarness),
})
