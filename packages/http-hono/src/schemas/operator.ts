import { courseId, OrderStatus, type Refund, userId, writeYuan } from '@coursepay/core'
import type { OperatorAction, PayResultMessage, QueriedPayment, StuckItems, Timeline } from '@coursepay/core/ports'
import { z } from '@hono/zod-openapi'
import { payRecordSchema, refundSchema, writeOperatorRefund, writePayRecord } from './order.js'
import { idSchema, opaqueParamReadBy, stringSchema, timeSchema, writeTime, yuanSchema } from './values.js'

export const messageSchema = z
  .object({
    id: idSchema,
    messageType: stringSchema,
    businessKey1: stringSchema,
    businessKey2: stringSchema,
    businessKey3: stringSchema.nullable(),
  })
  .openapi('PayResultMessage')

export const timelineSchema = z
  .array(z.object({ at: timeSchema, kind: stringSchema, detail: stringSchema }))
  .openapi('Timeline')

export const queriedPaymentSchema = z
  .object({
    said: z.enum(['waiting', 'paid', 'finished', 'closed', 'no_trade', 'unknown']).meta({
      description: 'What the gateway said; `no_trade`: nobody began to pay, `unknown`: the answer is ambiguous',
    }),
    payRecord: payRecordSchema,
  })
  .openapi('QueriedPayment')

export const stuckSchema = z
  .object({
    overdueOrders: z.array(
      z.object({
        id: idSchema,
        orderName: stringSchema,
        totalPrice: yuanSchema,
        status: z.enum(OrderStatus),
        expireDate: timeSchema,
        why: stringSchema,
      }),
    ),
    outbox: z.object({ waiting: z.int(), dead: z.int(), oldestMs: z.number() }),
    deadMessages: z.array(messageSchema.extend({ reason: stringSchema, attempts: z.int(), diedAt: timeSchema })),
    openRefunds: z.array(refundSchema.extend({ why: stringSchema })),
    heldPayments: z.array(payRecordSchema.extend({ why: stringSchema })),
  })
  .openapi('Stuck')

/** Why an operator does it, in words that can be stored and shown. */
export const reasonSchema = z
  .string()
  .min(1)
  .max(256)
  .refine((text) => text.trim() !== '' && !/[\0\p{Surrogate}\p{Control}]/u.test(text), 'A reason in visible characters')

export const resolveRequestSchema = z
  .object({ decision: z.enum(['fulfil', 'refund']), reason: reasonSchema })
  .openapi('ResolveRequest')

export const revokeRequestSchema = z
  .object({ userId: opaqueParamReadBy(userId), courseId: opaqueParamReadBy(courseId), reason: reasonSchema })
  .openapi('RevokeRequest')

export const grantRequestSchema = z
  .object({
    userId: opaqueParamReadBy(userId),
    courseId: opaqueParamReadBy(courseId),
    days: z.int().min(1).max(36_500).nullish().openapi({ description: "Validity; the course's own when absent" }),
    reason: reasonSchema,
    key: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/, '1 to 64 visible ASCII characters')
      .openapi({ description: 'The same key never grants twice' }),
  })
  .openapi('GrantRequest')

export const revokedSchema = z.object({ revoked: z.boolean() }).openapi('Revoked')

export const actionsSchema = z
  .object({
    items: z.array(
      z.object({
        id: idSchema,
        at: timeSchema,
        actor: stringSchema,
        kind: z.enum(['refund', 'resolve', 'close', 'ask', 'redeliver', 'grant', 'revoke']),
        subject: stringSchema,
        orderId: idSchema.nullable(),
        reason: stringSchema,
        detail: stringSchema,
      }),
    ),
  })
  .openapi('OperatorActions')

export const writeActions = (actions: readonly OperatorAction[]): z.infer<typeof actionsSchema> => ({
  items: actions.map(({ at, ...action }) => ({ ...action, at: writeTime(at) })),
})

export const writeTimeline = ({ events }: Timeline): z.infer<typeof timelineSchema> =>
  events.map(({ at, kind, detail }) => ({ at: writeTime(at), kind, detail }))

export const writeQueriedPayment = ({
  gatewayStatus,
  payment,
}: QueriedPayment): z.infer<typeof queriedPaymentSchema> => ({
  said: gatewayStatus,
  payRecord: writePayRecord(payment),
})

export function writeStuck(stuck: StuckItems): z.infer<typeof stuckSchema> {
  return {
    overdueOrders: stuck.overdueOrders.map(({ id, orderName, totalPrice, status, expireDate }) => ({
      ...{ id, orderName, status, totalPrice: writeYuan(totalPrice), expireDate: writeTime(expireDate) },
      why: 'unpaid past its time: it is closed once Alipay gives a clear answer',
    })),
    outbox: stuck.outbox,
    deadMessages: stuck.deadMessages.map(({ message, reason, attempts, diedAt }) => ({
      ...writeMessage(message),
      ...{ reason, attempts, diedAt: writeTime(diedAt) },
    })),
    openRefunds: stuck.openRefunds.map((refund) => ({
      ...writeOperatorRefund(refund),
      why: explainOpenRefund(refund),
    })),
    heldPayments: stuck.heldPayments.map((payment) => ({
      ...writePayRecord(payment),
      why: 'paid after the order was closed: resolve it, by fulfil or refund',
    })),
  }
}

function explainOpenRefund({ status, cause }: Refund): string {
  if (status !== 'failed')
    return 'Alipay has not confirmed that the money moved: it is queried again under the same number'
  return cause === 'operator'
    ? "Alipay refused an operator's refund: the timeline has its code; refund the order again, under this outRequestNo or another"
    : 'Alipay refused this refund: see the timeline, then refund the order again under this outRequestNo'
}

export const writeMessage = ({ id, messageType, businessKey1, businessKey2, businessKey3 }: PayResultMessage) => ({
  id,
  messageType,
  businessKey1,
  businessKey2,
  businessKey3,
})
