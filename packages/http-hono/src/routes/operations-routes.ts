import type { Scheduler } from '@coursepay/core'
import type { Log } from '../log.js'
import type { Metrics } from '../operations/metrics.js'
import { checkReadiness, type ReadinessCheck } from '../operations/readiness.js'
import { problemHeaders } from '../problem/problem.js'
import { jsonAnswer, type Route } from '../route.js'
import { healthSchema, readinessSchema } from '../wire/operations-answers.js'

interface OperationsDeps {
  readonly readiness: readonly ReadinessCheck[]
  readonly metrics: Metrics
  readonly log: Log
  readonly scheduler: Scheduler
}

export function operationsRoutes({ readiness, metrics, log, scheduler }: OperationsDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      summary: 'This process is alive',
      documented: { operationId: 'health', tag: 'service', access: 'anyone' },
      answer: healthSchema,
      handle: () => jsonAnswer({ status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      summary: 'What this process needs is reachable',
      documented: {
        operationId: 'readiness',
        tag: 'service',
        access: 'anyone',
        answers: [{ status: 503, type: 'application/json', description: 'Not ready', schema: readinessSchema }],
      },
      answer: readinessSchema,
      async handle() {
        const { ready, checks } = await checkReadiness(readiness, log, scheduler)
        if (ready) return jsonAnswer({ status: 'ready', checks })
        const answer = jsonAnswer({ status: 'not_ready', checks }, 503)
        for (const [name, value] of Object.entries(problemHeaders({ status: 503 }))) answer.headers.set(name, value)
        return answer
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      summary: "Figures in Prometheus' text format",
      documented: {
        operationId: 'metrics',
        tag: 'service',
        access: 'anyone',
        answers: [{ status: 200, type: 'text/plain', description: 'One figure a line' }],
      },
      handle: async () => new Response(await metrics.render(), { headers: { 'Content-Type': metrics.contentType } }),
    },
  ]
}
