import { type Clock, courseId, type LearningService } from '@coursepay/core'
import { z } from '@hono/zod-openapi'
import { jsonOkResponse, type RouteDefinition } from '../routing/definition.js'
import { createJsonResponse, createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import {
  chooseCourseSchema,
  courseTableSchema,
  writeChoice,
  writeCourseTableRow,
  writeLearnStatus,
} from '../schemas/learning.js'
import { pageQuerySchema } from '../schemas/query.js'
import { opaqueParamReadBy } from '../schemas/values.js'

export interface LearningRoutesDeps {
  readonly learning: LearningService
  readonly clock: Clock
}

const courseParams = z.object({ courseId: opaqueParamReadBy(courseId) })

const chooseCourseRoute = {
  method: 'post',
  path: '/api/learning/choosecourse/{courseId}',
  operationId: 'chooseCourse',
  tag: 'learning',
  summary: 'Choose a course: a free one is granted at once, a paid one waits for its payment',
  access: 'user',
  writes: true,
  request: { params: courseParams },
  responses: jsonOkResponse(chooseCourseSchema),
  problems: ['invalid_id', 'course_not_found', 'state_conflict', 'ids_unavailable'],
} as const satisfies RouteDefinition

const learnStatusRoute = {
  method: 'post',
  path: '/api/learning/choosecourse/learnstatus/{courseId}',
  operationId: 'learnStatus',
  tag: 'learning',
  summary: 'Whether this user may learn this course',
  access: 'user',
  request: { params: courseParams },
  responses: jsonOkResponse(chooseCourseSchema),
  problems: ['invalid_id', 'course_not_found'],
} as const satisfies RouteDefinition

const myCourseTableRoute = {
  method: 'get',
  path: '/api/learning/mycoursetable',
  operationId: 'myCourseTable',
  tag: 'learning',
  summary: 'My course table, newest first',
  access: 'user',
  request: { query: pageQuerySchema },
  responses: jsonOkResponse(courseTableSchema),
} as const satisfies RouteDefinition

export const learningRoutes = (route: RouteFactory, { learning, clock }: LearningRoutesDeps) =>
  createOpenApiRouter()
    .openapi(route(learnStatusRoute), async (c) => {
      const { courseId } = c.req.valid('param')
      return createJsonResponse(writeLearnStatus(await learning.learnStatus(c.get('caller').userId, courseId)))
    })
    .openapi(route(chooseCourseRoute), async (c) => {
      const { courseId } = c.req.valid('param')
      return createJsonResponse(writeChoice(await learning.chooseCourse(c.get('caller').userId, courseId)))
    })
    .openapi(route(myCourseTableRoute), async (c) => {
      const { page, size } = c.req.valid('query')
      const { entries, total } = await learning.myCourseTable(c.get('caller').userId, page, size)
      const now = clock.now()
      const items = entries.map((entry) => writeCourseTableRow(entry, now))
      return createJsonResponse({ items, counts: total, page, pageSize: size })
    })
