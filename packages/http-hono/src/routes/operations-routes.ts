import type { Metrics } from '../operations/metrics.js'
import { createReadiness, type ReadinessDeps } from '../operations/readiness.js'
import { problemHeaders } from '../problem/problem.js'
import { jsonAnswer, type Route } from '../route.js'
import { healthSchema, readinessSchema } from '../wire/operations-answers.js'

interface OperationsDeps extends ReadinessDeps {
  readonly metrics: Metrics
}

export function operationsRoutes({ metrics, ...deps }: OperationsDeps): Route[] {
  const checkReadiness = createReadiness(deps)
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
        const { ready, checks } = await checkReadiness()
        if (ready) return jsonAnswer({ status: 'ready', checks })
        const answer = jsonAnswer({ status: 'not_ready', checks }, 503)
        for (const [name, value] of Object.entries(problemHeaders({ status: 503, code: 'store_unavailable' }))) answer.headers.set(name, value)
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
