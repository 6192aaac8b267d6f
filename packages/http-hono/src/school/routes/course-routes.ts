import { CheckoutError, type Course, courseId, LearnStatus } from '@coursepay/core'
import { orderRequestForChoice } from '@coursepay/core/ports'
import type { Hono } from 'hono'
import {
  actorOf,
  lastPageNumberOf,
  PAGE_SIZE,
  type PageContext,
  type PageEnv,
  type PagesDeps,
  readPageNumber,
  seeOther,
} from '../page.js'
import { type CourseWithLearnStatus, courseListPageAnswer, coursePageAnswer } from '../views/course-pages.js'
import { courseTablePageAnswer } from '../views/course-table-page.js'
import { redirectToOpenOrNewPayment } from './order-routes.js'

/** The catalogue, a course, choosing it, and my course table. */
export function addCourseRoutes(app: Hono<PageEnv>, deps: PagesDeps): void {
  const { catalogue, learning, clock } = deps
  app.get('/', async (c) => {
    const items = (await catalogue.list()).map((course) => courseWithLearnStatusOf(course, c, deps))
    return courseListPageAnswer(c, await Promise.all(items))
  })
  app.get('/courses/:courseId', async (c) =>
    coursePageAnswer(c, await getCourseWithLearnStatus(c.req.param('courseId'), c, deps)),
  )
  app.post('/courses/:courseId/learn', async (c) => {
    const { userId } = actorOf(c)
    const id = courseId(c.req.param('courseId'))
    const { choice, learnStatus } = await learning.chooseCourse(userId, id)
    if (learnStatus === LearnStatus.mayLearn) return seeOther(c, '/my-courses')
    return redirectToOpenOrNewPayment(c, orderRequestForChoice(choice), deps)
  })
  app.get('/my-courses', async (c) => {
    const page = readPageNumber(c)
    const { entries, total } = await learning.myCourseTable(actorOf(c).userId, page, PAGE_SIZE)
    return courseTablePageAnswer(c, { entries, page, lastPage: lastPageNumberOf(total), now: clock.now() })
  })
}

async function getCourseWithLearnStatus(id: string, c: PageContext, deps: PagesDeps): Promise<CourseWithLearnStatus> {
  const course = await deps.catalogue.find(courseId(id))
  if (course === null)
    throw new CheckoutError('course_not_found', 'There is no such course. Choose one that is on sale.')
  return courseWithLearnStatusOf(course, c, deps)
}

/** Somebody who is not signed in has chosen nothing. */
async function courseWithLearnStatusOf(
  course: Course,
  c: PageContext,
  { learning }: PagesDeps,
): Promise<CourseWithLearnStatus> {
  const { actor } = c.var.visitor
  if (actor === null) return { course, view: { choice: null, learnStatus: LearnStatus.notPaid } }
  return { course, view: await learning.learnStatus(actor.userId, course.courseId) }
}
