// The face of coursepay's core, listed by hand: what a shop needs. `ports`, `assembly` and `reconciliation` are for
// those who build parts.
export type { BuyRequest, Purchase } from './buy.js'
export type {
  MessagesAdapter,
  OpenedCheckoutStore,
  OpenedMessages,
  PaymentsAdapter,
  StoreAdapter,
} from './checkout-adapters.js'
export type { CheckoutOptions } from './checkout-options.js'
export { type Checkout, createCheckout } from './create-checkout.js'
export type { LearningModule } from './learning/application/create-learning-module.js'
export type { Course } from './learning/domain/course.js'
export type { CourseChoice, CourseTableEntry } from './learning/domain/course-choice.js'
export type { EntitlementService, GrantRequest } from './learning/ports/entitlement-service.js'
export type { ChoiceView, LearningService, LearnStatusView } from './learning/ports/learning-service.js'
export type { CheckoutEventName, EventDetails, EventHandler } from './on-event.js'
export type { OrderModule } from './orders/application/create-order-use-cases.js'
export type { OrderSettings } from './orders/application/order-dependencies.js'
export type { Order, OrderRequest } from './orders/domain/order.js'
export type { Payment, ReceivedMoneyOutcome } from './orders/domain/payment.js'
export { type LatePaymentPolicy, readLatePaymentPolicy } from './orders/domain/payment-evidence.js'
export type { Refund, RefundCause, RefundRequest, RefundStatus } from './orders/domain/refund.js'
export type { HeldDecision } from './orders/domain/resolve-held-payment.js'
export type { OperatorService, OperatorViews } from './orders/ports/operator-service.js'
export type { Actor, BuyerService, OrderService, PaymentCallbacks } from './orders/ports/order-service.js'
export {
  type CoursesProduct,
  type CustomProduct,
  courses,
  type PlainCourse,
  type PricedItem,
  type Product,
} from './products.js'
export { CheckoutError, type CheckoutErrorCode, checkoutErrorCodes, isUnavailable } from './shared/checkout-error.js'
export type { OrderLine } from './shared/goods.js'
export {
  type ChooseCourseId,
  type CourseId,
  chooseCourseId,
  courseId,
  type MessageId,
  messageId,
  type OrderId,
  type OutBusinessId,
  orderId,
  outBusinessId,
  type PayNo,
  type PayToken,
  payNo,
  payToken,
  type RefundId,
  refundId,
  type UserId,
  userId,
} from './shared/identifiers.js'
export { type Fen, fen, readYuan, writeYuan } from './shared/money.js'
export type { Clock, EpochMs } from './shared/ports/clock.js'
export { PermanentFailure, type Subscription } from './shared/ports/message-subscriber.js'
export { ChoiceStatus, LearnStatus, MessageType, OrderStatus, OrderType, PayStatus } from './shared/status-codes.js'
