import type { Hono } from 'hono'
import type { PageEnv, PagesDeps } from '../page.js'
import { courseTablePage } from '../views/course-table-page.js'

const SIZE = 10

/** My course table, page by page. */
export function addCourseTableRoutes(app: Hono<PageEnv>, { learning, clock }: PagesDeps): void {
  app.get('/my-courses', async (c) => {
    const page = /^[1-9]\d{0,4}$/.test(c.req.query('page') ?? '') ? Number(c.req.query('page')) : 1
    const { entries, total } = await learning.myCourseTable(c.var.visitor.actor.userId, page, SIZE)
    return courseTablePage(c, { entries, page, lastPage: Math.ceil(total / SIZE), now: clock.now() })
  })
}
