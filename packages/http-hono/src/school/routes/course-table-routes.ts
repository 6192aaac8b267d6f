import type { Hono } from 'hono'
import { actorOf, type PageEnv, type PagesDeps } from '../page.js'
import { courseTablePage } from '../views/course-table-page.js'
import { lastPageOf, PAGE_SIZE, readPage } from './read-page.js'

/** My course table, page by page. */
export function addCourseTableRoutes(app: Hono<PageEnv>, { learning, clock }: PagesDeps): void {
  app.get('/my-courses', async (c) => {
    const page = readPage(c)
    const { entries, total } = await learning.myCourseTable(actorOf(c).userId, page, PAGE_SIZE)
    return courseTablePage(c, { entries, page, lastPage: lastPageOf(total), now: clock.now() })
  })
}
