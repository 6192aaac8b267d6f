import type { EntitlementService } from '@coursepay/core'
import { jsonOkResponse, jsonRequestBody, type RouteDefinition } from '../routing/definition.js'
import { createJsonResponse, createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import { chooseCourseSchema, writeChoice } from '../schemas/learning.js'
import { grantRequestSchema, revokedSchema, revokeRequestSchema } from '../schemas/operator.js'

const grantRoute = {
  method: 'post',
  path: '/api/ops/entitlements',
  operationId: 'grantEntitlement',
  tag: 'operators',
  summary: 'Grant a course without a payment, once for each key',
  access: 'operator',
  writes: true,
  request: { body: jsonRequestBody(grantRequestSchema) },
  responses: jsonOkResponse(chooseCourseSchema),
  problems: ['invalid_id', 'course_not_found', 'business_id_conflict', 'state_conflict', 'ids_unavailable'],
} as const satisfies RouteDefinition

const revokeRoute = {
  method: 'post',
  path: '/api/ops/entitlements/revoke',
  operationId: 'revokeEntitlement',
  tag: 'operators',
  summary: 'Revoke a course, whether it was paid or granted',
  access: 'operator',
  writes: true,
  request: { body: jsonRequestBody(revokeRequestSchema) },
  responses: jsonOkResponse(revokedSchema),
  problems: ['invalid_id', 'state_conflict', 'ids_unavailable'],
} as const satisfies RouteDefinition

/** Courses that operators give and take away. */
export const entitlementRoutes = (
  route: RouteFactory,
  { entitlements }: { readonly entitlements: EntitlementService },
) =>
  createOpenApiRouter()
    .openapi(route(grantRoute), async (c) => {
      const { days = null, ...request } = c.req.valid('json')
      return createJsonResponse(writeChoice(await entitlements.grant({ ...request, days }, c.get('caller').userId)))
    })
    .openapi(route(revokeRoute), async (c) =>
      createJsonResponse(await entitlements.revoke(c.req.valid('json'), c.get('caller').userId)),
    )
