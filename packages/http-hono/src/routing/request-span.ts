import type { PaymentReference, Span, SpanOptions, Tracer } from '@coursepay/core/ports'
import { readTraceparent } from '@coursepay/core/ports'
import type { Context } from 'hono'

/** A request continues the span that runs already (the host traces its HTTP server), else the caller's trace. */
export function requestSpan(
  c: Context,
  { method, route }: { readonly method: string; readonly route: string },
  tracer: Tracer,
): SpanOptions {
  const attributes = { 'http.request.method': method, 'http.route': route }
  if (tracer.traceparent() !== undefined) return { kind: 'server', attributes }
  return { kind: 'server', parent: readTraceparent(c.req.header('traceparent')) ?? null, attributes }
}

export function describeAnswer(
  span: Span,
  { status, orderId, payNo }: PaymentReference & { readonly status: number },
  failure: unknown,
): void {
  span.set({ 'http.response.status_code': status, 'coursepay.order_id': orderId, 'coursepay.pay_no': payNo })
  if (status >= 500) span.fail(failure)
}
