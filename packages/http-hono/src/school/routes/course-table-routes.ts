import type { Hono } from 'hono'
import { actorOf, lastPageOf, PAGE_SIZE, type PageEnv, type PagesDeps, readPage } from '../page.js'
import { courseTablePage } from '../views/course-table-page.js'

export function addCourseTableRoutes(app: Hono<PageEnv>, { learning, clock }: PagesDeps): void {
  app.get('/my-courses', async (c) => {
    const page = readPage(c)
    const { entries, total } = await learning.myCourseTable(actorOf(c).userId, page, PAGE_SIZE)
    return courseTablePage(c, { entries, page, lastPage: lastPageOf(total), now: clock.now() })
  })
}
