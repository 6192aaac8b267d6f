import { CheckoutError, courseId, LearnStatus, type UserId } from '@coursepay/core'
import type { Hono } from 'hono'
import { type PageContext, type PageEnv, type PagesDeps, seeOther } from '../page.js'
import { type CourseItem, courseListPage, coursePage } from '../views/course-pages.js'
import { goToPayment } from './go-to-payment.js'
import { orderOfChoice } from './order-of-choice.js'

/** The catalogue, one course, and 马上学习. */
export function addCourseRoutes(app: Hono<PageEnv>, deps: PagesDeps): void {
  const { catalogue, learning } = deps
  app.get('/', async (c) => {
    const { userId } = c.var.visitor.actor
    const items = (await catalogue.list()).map(async (course): Promise<CourseItem> => {
      return { course, view: await learning.learnStatus(userId, course.courseId) }
    })
    return courseListPage(c, await Promise.all(items))
  })
  app.get('/courses/:courseId', async (c) => coursePage(c, await findItem(c.req.param('courseId'), c, deps)))
  app.post('/courses/:courseId/learn', async (c) => {
    const { userId } = c.var.visitor.actor
    const id = courseId(c.req.param('courseId'))
    const { choice, learnStatus } = await learning.chooseCourse(userId, id)
    if (learnStatus === LearnStatus.mayLearn) return seeOther(c, '/my-courses')
    return goToPayment(c, orderOfChoice(choice), deps)
  })
}

async function findItem(id: string, c: PageContext, { catalogue, learning }: PagesDeps): Promise<CourseItem> {
  const course = await catalogue.find(courseId(id))
  if (course === null) throw new CheckoutError('course_not_found', 'There is no such course.')
  const userId: UserId = c.var.visitor.actor.userId
  return { course, view: await learning.learnStatus(userId, course.courseId) }
}
