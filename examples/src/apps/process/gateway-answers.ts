import type { PaymentGateway } from '@coursepay/core/ports'
import type { GaugeSample, GaugeSource } from '@coursepay/http-hono'

/** The gateway with its answers counted: an operator sees when Alipay stops giving clear ones. */
export function countAnswers(gateway: PaymentGateway): {
  readonly gateway: PaymentGateway
  readonly gauge: GaugeSource
} {
  const counts = new Map<string, { readonly labels: { call: string; kind: string }; value: number }>()
  async function counted<Answer extends { readonly kind: string }>(
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
      query: (payNo) => counted('query', gateway.query(payNo)),
      close: (payNo) => counted('close', gateway.close(payNo)),
      refund: (order) => counted('refund', gateway.refund(order)),
      queryRefund: (payNo, number) => counted('refund_query', gateway.queryRefund(payNo, number)),
    },
    gauge: {
      name: 'coursepay_gateway_answers',
      help: "The gateway's answers since the start, by call and kind",
      labelNames: ['call', 'kind'],
      read: async (): Promise<readonly GaugeSample[]> => [...counts.values()],
    },
  }
}
