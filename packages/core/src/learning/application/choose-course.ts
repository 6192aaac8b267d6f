import { CheckoutError } from '../../shared/checkout-error.js'
import { type CourseId, chooseCourseId, type UserId } from '../../shared/identifiers.js'
import { ChoiceStatus } from '../../shared/status-codes.js'
import { type CourseChoice, isSpent, learnStatusOf, newChoice, tableEntryOf } from '../domain/course-choice.js'
import type { ChoiceView } from '../ports/learning-service.js'
import type { LearningStores } from '../ports/learning-stores.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** Stores a choice, or hands out the one there is; a free course stands in the course table at once. */
export function chooseCourse({ unitOfWork, stores, catalogue, clock, ids }: LearningDependencies) {
  return async (userId: UserId, courseId: CourseId): Promise<ChoiceView> => {
    const course = await catalogue.find(courseId)
    if (course === null) throw new CheckoutError('course_not_found', 'There is no such course.')
    const now = clock.now()
    const current = await stores.choices.findCurrent(userId, courseId)
    if (current !== null && !isSpent(current, now)) return view(current, now)
    const wanted = newChoice({ id: chooseCourseId(await ids.nextId()), userId, course, now })
    return view(await unitOfWork.run((bound) => store(bound, wanted)), now)
  }
}

async function store(stores: LearningStores, wanted: CourseChoice): Promise<CourseChoice> {
  const { choices, courseTable } = stores
  const now = wanted.createDate
  const { choice, inserted } = await choices.insertOrRead(wanted)
  if (!inserted && isSpent(choice, now)) {
    await choices.retire(choice.id)
    return store(stores, wanted)
  }
  if (inserted && choice.status === ChoiceStatus.succeeded) await courseTable.put(tableEntryOf(choice, now))
  return choice
}

const view = (choice: CourseChoice, now: number): ChoiceView => ({ choice, learnStatus: learnStatusOf(choice, now) })
