import { type Alipay, type AlipaySettings, alipay } from '@coursepay/adapter-alipay'
import { type AlipaySandbox, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import type { PaymentGateway } from '@coursepay/core/ports'
import type { GaugeDefinition, GaugeSample } from '@coursepay/http-hono'

/** The gateway in use; `sandbox` when it is the bundled one. */
export interface Gateway {
  readonly alipay: Alipay
  readonly sandbox: AlipaySandbox | null
  /** What Alipay answered so far. */
  readonly answers: GaugeDefinition
}

/** Alipay waits 4 minutes before it repeats a notification; here a second is a minute. */
const NOTIFY_TIME_SCALE = 1 / 60

/** Alipay as the settings say, or the local one when they say nothing. */
export async function openGateway(settings: AlipaySettings | null, now: () => number): Promise<Gateway> {
  if (settings !== null) return countedGateway(alipay(settings, now), null)
  const sandbox = await startAlipaySandbox({ notifyTimeScale: NOTIFY_TIME_SCALE })
  return countedGateway(alipay(sandbox.merchant, now), sandbox)
}

function countedGateway(alipay: Alipay, sandbox: AlipaySandbox | null): Gateway {
  const { gateway, gauge: answers } = countAnswers(alipay.gateway)
  return { alipay: { ...alipay, gateway }, sandbox, answers }
}

/** The gateway with its answers counted: an operator sees when Alipay stops giving clear ones. */
function countAnswers(gateway: PaymentGateway): {
  readonly gateway: PaymentGateway
  readonly gauge: GaugeDefinition
} {
  const counts = new Map<string, { readonly labels: { call: string; kind: string }; value: number }>()
  async function countAnswer<Answer extends { readonly kind: string }>(
    call: string,
    answer: Promise<Answer>,
  ): Promise<Answer> {
    const { kind } = await answer
    const count = counts.get(`${call} ${kind}`) ?? { labels: { call, kind }, value: 0 }
    counts.set(`${call} ${kind}`, { ...count, value: count.value + 1 })
    return answer
  }
  return {
    gateway: {
      merchant: gateway.merchant,
      payPage: (attempt, product) => gateway.payPage(attempt, product),
      query: (payNo) => countAnswer('query', gateway.query(payNo)),
      close: (payNo) => countAnswer('close', gateway.close(payNo)),
      refund: (order) => countAnswer('refund', gateway.refund(order)),
      queryRefund: (payNo, number) => countAnswer('refund_query', gateway.queryRefund(payNo, number)),
    },
    gauge: {
      name: 'coursepay_gateway_answers',
      help: "The gateway's answers since the start, by call and kind",
      labelNames: ['call', 'kind'],
      read: async (): Promise<readonly GaugeSample[]> => [...counts.values()],
    },
  }
}
