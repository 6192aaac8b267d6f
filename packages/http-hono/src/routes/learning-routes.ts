import { type Clock, courseId, type LearningService } from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
import { pageQuerySchema, readQuery } from '../request/query.js'
import { jsonAnswer, type Route } from '../route.js'
import {
  chooseCourseSchema,
  courseTableSchema,
  writeChoice,
  writeCourseTableRow,
  writeLearnStatus,
} from '../wire/learning-answers.js'

interface LearningDeps {
  readonly learning: LearningService
  readonly authenticate: Authenticate
  readonly clock: Clock
}

export function learningRoutes({ learning, authenticate, clock }: LearningDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/learning/choosecourse/:courseId',
      summary: 'Choose a course: a free one is granted at once, a paid one waits for its payment',
      documented: {
        operationId: 'chooseCourse',
        tag: 'learning',
        access: 'user',
        problems: ['invalid_id', 'course_not_found', 'state_conflict', 'ids_unavailable'],
      },
      answer: chooseCourseSchema,
      async handle(c) {
        const { userId } = await authenticate(c.req.raw)
        return jsonAnswer(writeChoice(await learning.chooseCourse(userId, courseId(c.req.param('courseId')))))
      },
    },
    {
      method: 'POST',
      path: '/api/learning/choosecourse/learnstatus/:courseId',
      summary: 'May this user learn this course',
      documented: {
        operationId: 'learnStatus',
        tag: 'learning',
        access: 'user',
        problems: ['invalid_id', 'course_not_found'],
      },
      answer: chooseCourseSchema,
      async handle(c) {
        const { userId } = await authenticate(c.req.raw)
        return jsonAnswer(writeLearnStatus(await learning.learnStatus(userId, courseId(c.req.param('courseId')))))
      },
    },
    {
      method: 'GET',
      path: '/api/learning/mycoursetable',
      summary: 'My course table, newest first',
      documented: {
        operationId: 'myCourseTable',
        tag: 'learning',
        access: 'user',
      },
      query: pageQuerySchema,
      answer: courseTableSchema,
      async handle(c) {
        const { userId } = await authenticate(c.req.raw)
        const { page, size } = readQuery(c, pageQuerySchema)
        const { entries, total } = await learning.myCourseTable(userId, page, size)
        const now = clock.now()
        const items = entries.map((entry) => writeCourseTableRow(entry, now))
        return jsonAnswer({ items, counts: total, page, pageSize: size })
      },
    },
  ]
}
