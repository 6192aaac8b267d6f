import type { Scheduler } from '@coursepay/core'
import type { Log } from '../log.js'
import type { Metrics } from '../operations/metrics.js'
import { checkReadiness, type ReadinessCheck } from '../operations/readiness.js'
import { problemHeaders } from '../problem/problem.js'
import { jsonAnswer, type Route } from '../route.js'

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
      handle: () => jsonAnswer({ status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      summary: 'What this process needs is reachable',
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
      handle: async () => new Response(await metrics.render(), { headers: { 'Content-Type': metrics.contentType } }),
    },
  ]
}
