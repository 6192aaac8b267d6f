import type { NotifyAnswer, PaymentCallbacks } from '@coursepay/core'
import type { Log } from '../log.js'
import type { Metrics } from '../operations/metrics.js'
import { problemHeaders, problemOf } from '../problem/problem.js'
import { readBytes } from '../request/read-bytes.js'
import type { Route } from '../route.js'

interface NotifyDeps {
  readonly payments: PaymentCallbacks
  readonly metrics: Metrics
  readonly log: Log
}

/**
 * Where the gateway notifies. The bytes go on as they came, whatever Content-Type says: Alipay's is malformed, and the
 * signature covers exactly the body's fields. Only the word `success` with status 200 stops its retries.
 */
export function notifyRoutes({ payments, metrics, log }: NotifyDeps): Route[] {
  return ['/api/orders/receivenotify', '/api/orders/paynotify'].map((path) => ({
    method: 'POST',
    path,
    summary: "Takes the gateway's notification",
    documented: {
      operationId: path.endsWith('receivenotify') ? 'receiveNotify' : 'payNotify',
      tag: 'payment',
      access: 'anyone',
      bodyType: 'application/x-www-form-urlencoded',
      answers: [{ status: 200, type: 'text/plain', description: '`success`, or `fail` for what is not ours' }],
      problems: ['store_unavailable', 'ids_unavailable'],
      problemType: 'text/plain',
    },
    async handle(c) {
      const { answer, verdict } = await payments.receiveNotify(await readBytes(c))
      metrics.countNotification(verdict)
      log.info({ event: 'notification', answer, verdict })
      return word(answer, 200)
    },
    fail: (error) => {
      const problem = problemOf(error)
      metrics.countNotification(problem.code)
      return word('fail', problem.status, problemHeaders(problem))
    },
  }))
}

function word(answer: NotifyAnswer['answer'], status: number, headers: Record<string, string> = {}): Response {
  return new Response(answer, { status, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' } })
}
