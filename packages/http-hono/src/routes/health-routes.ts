import { z } from '@hono/zod-openapi'
import type { Metrics } from '../metrics.js'
import { problemHeaders } from '../problem/problem.js'
import { createReadinessReporter, type ReadinessDeps } from '../readiness.js'
import { jsonOkResponse, type RouteDefinition, textOkResponse } from '../routing/definition.js'
import { createJsonResponse, createOpenApiRouter, type RouteFactory } from '../routing/router.js'

export interface HealthRoutesDeps extends ReadinessDeps {
  readonly metrics: Metrics
}

const healthSchema = z.object({ status: z.literal('ok') }).openapi('Health')

const readinessSchema = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    checks: z.record(z.string(), z.enum(['ok', 'failed'])).meta({ description: 'By name: store, broker' }),
  })
  .openapi('Readiness')

const healthRoute = {
  method: 'get',
  path: '/healthz',
  operationId: 'health',
  tag: 'service',
  summary: 'This process is alive',
  access: 'anyone',
  responses: jsonOkResponse(healthSchema),
} as const satisfies RouteDefinition

const readinessRoute = {
  method: 'get',
  path: '/readyz',
  operationId: 'readiness',
  tag: 'service',
  summary: 'What this process needs is reachable',
  access: 'anyone',
  responses: {
    200: { description: 'Ready', content: { 'application/json': { schema: readinessSchema } } },
    503: { description: 'Not ready', content: { 'application/json': { schema: readinessSchema } } },
  },
} as const satisfies RouteDefinition

const metricsRoute = {
  method: 'get',
  path: '/metrics',
  operationId: 'metrics',
  tag: 'service',
  summary: "Figures in Prometheus' text format",
  access: 'anyone',
  responses: textOkResponse('text/plain', 'One figure a line'),
} as const satisfies RouteDefinition

export function healthRoutes(route: RouteFactory, { metrics, ...deps }: HealthRoutesDeps) {
  const reportReadiness = createReadinessReporter(deps)
  const notReady = problemHeaders({ status: 503, code: 'store_unavailable' })
  return createOpenApiRouter()
    .openapi(route(healthRoute), () => createJsonResponse({ status: 'ok' as const }))
    .openapi(route(readinessRoute), async () => {
      const { ready, checks } = await reportReadiness()
      if (ready) return createJsonResponse({ status: 'ready' as const, checks }, 200)
      return createJsonResponse({ status: 'not_ready' as const, checks }, 503, notReady)
    })
    .openapi(route(metricsRoute), async (c) => {
      const headers = { 'Content-Type': metrics.contentType, 'X-Content-Type-Options': 'nosniff' }
      return c.text(await metrics.render(), 200, headers)
    })
}
