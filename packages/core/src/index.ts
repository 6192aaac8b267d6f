// The public face of coursepay's core, listed by hand.
export { type AssembledCheckout, assembleCheckout, type CheckoutParts } from './assemble-checkout.js'
export type { BuyRequest, Purchase } from './buy.js'
export type { MessagesAdapter, OpenMessages, OpenStore, PaymentsAdapter, StoreAdapter } from './checkout-adapters.js'
export { type Checkout, type CheckoutOptions, createCheckout } from './create-checkout.js'
export { coursePriceSource } from './learning/application/course-price-source.js'
export {
  createLearningModule,
  type LearningModule,
  type LearningModuleParts,
} from './learning/application/create-learning-module.js'
export type { LearningDependencies } from './learning/application/learning-dependencies.js'
export type { Course } from './learning/domain/course.js'
export type { CourseChoice, CourseTableEntry } from './learning/domain/course-choice.js'
export { type CourseEntitlement, currentChoice, emptyEntitlement } from './learning/domain/course-entitlement.js'
export type {
  ChoiceCommit,
  ChooseCourseRepository,
  CourseTablePage,
  EntitlementKey,
  HandledMessage,
} from './learning/ports/choose-course-repository.js'
export type { CourseCatalogue } from './learning/ports/course-catalogue.js'
export type { EntitlementService, GrantRequest } from './learning/ports/entitlement-service.js'
export type { ChoiceView, LearningService, LearnStatusView } from './learning/ports/learning-service.js'
export type { LearningStore } from './learning/ports/learning-store.js'
export { relayOutbox } from './messaging/relay-outbox.js'
export {
  defaultRelaySettings,
  maxDuplicates,
  type RelayReport,
  type RelaySettings,
} from './messaging/relay-settings.js'
export type { CheckoutEvent, EventDetails, EventHandler } from './on-event.js'
export {
  createOrderModule,
  type OrderModule,
  type OrderModuleParts,
  type OrderWorker,
} from './orders/application/create-order-module.js'
export { createOrderUseCases, type OrderUseCases } from './orders/application/create-order-use-cases.js'
export type { OrderDependencies, OrderSettings } from './orders/application/order-dependencies.js'
export {
  createReconciliation,
  type ReconcileBill,
  type ReconciliationParts,
} from './orders/application/reconciliation/create-reconciliation.js'
export type {
  ReconciliationAnswer,
  ReconciliationProgress,
} from './orders/application/reconciliation/reconcile-bill.js'
export * from './orders/domain/bill.js'
export * from './orders/domain/bill-difference.js'
export * from './orders/domain/bill-report.js'
export { type BuyerPaymentStatus, buyerPaymentStatus } from './orders/domain/buyer-payment-status.js'
export { checkOrder } from './orders/domain/check-order.js'
export type { LedgerPayment, LedgerRefund } from './orders/domain/ledger.js'
export { bookedPayment, type Order, type OrderRequest } from './orders/domain/order.js'
export type { PayAddresses, Payment, Receipt } from './orders/domain/payment.js'
export {
  type EvidenceSource,
  type GateRefusal,
  type LatePaymentPolicy,
  latePaymentPolicy,
  type Merchant,
  type PaymentEvidence,
  refuseEvidence,
  type TradeStatus,
} from './orders/domain/payment-evidence.js'
export {
  isFullyRefunded,
  type Refund,
  type RefundCause,
  type RefundRequest,
  type RefundStatus,
  refundableAmount,
  refundedAmount,
} from './orders/domain/refund.js'
export type { HeldDecision } from './orders/domain/resolve-held-payment.js'
export type { BillAnswer, BillSource } from './orders/ports/bill-source.js'
export type { BuyerService } from './orders/ports/buyer-service.js'
export type { EvidenceJournal, JournalEntry, JournalSource } from './orders/ports/evidence-journal.js'
export type { NotifyReader, NotifyReading } from './orders/ports/notify-reader.js'
export type {
  OperatorService,
  OperatorViews,
  QueriedPayment,
  Stuck,
  Timeline,
  TimelineEvent,
} from './orders/ports/operator-service.js'
export type { OrderCommit, OrderKey, OrderRepository } from './orders/ports/order-repository.js'
export type {
  Actor,
  NotifyAnswer,
  OpenedPayPage,
  OrderService,
  PaymentCallbacks,
  PayPageKey,
  ReturnedPayment,
} from './orders/ports/order-service.js'
export type { OrderStore } from './orders/ports/order-store.js'
export type {
  BuyerOrdersPage,
  OrderFilter,
  OrderPosition,
  OrderSearchPage,
  OrderViews,
  StateCounts,
} from './orders/ports/order-views.js'
export type {
  CloseAnswer,
  PaymentAttempt,
  PaymentGateway,
  PayPage,
  PayProduct,
  QueryAnswer,
  RefundAnswer,
  RefundOrder,
  RefundQueryAnswer,
} from './orders/ports/payment-gateway.js'
export type { LedgerPage, LedgerPageRequest, LedgerPosition, PaymentLedger } from './orders/ports/payment-ledger.js'
export type { PollSchedule, ScheduleEntry, SchedulePurpose } from './orders/ports/poll-schedule.js'
export { type CourseProduct, type CustomProduct, courses, type PricedItem, type Product } from './products.js'
export * from './shared/beijing-day.js'
export * from './shared/checkout-error.js'
export { defaultRetentionDays, deleteExpired, type RetentionDays } from './shared/delete-expired.js'
export {
  FetchFailure,
  type FetchFailureReason,
  type FetchLimits,
  fetchLimited,
  isSecureAddress,
  type LimitedResponse,
  type WebFetch,
} from './shared/fetch-limited.js'
export { type OrderGoods, readOrderDetail, writeOrderDetail } from './shared/goods.js'
export * from './shared/identifiers.js'
export * from './shared/money.js'
export type { OperatorAction, OperatorActionKind } from './shared/operator-action.js'
export * from './shared/pay-result-message.js'
export type { Clock, EpochMs } from './shared/ports/clock.js'
export type { IdGenerator } from './shared/ports/id-generator.js'
export type { MessagePublisher, PublishOutcome } from './shared/ports/message-publisher.js'
export {
  type MessageHandler,
  type MessageSubscriber,
  PermanentFailure,
  type Subscription,
} from './shared/ports/message-subscriber.js'
export type { OperatorLog } from './shared/ports/operator-log.js'
export type {
  ClaimedMessage,
  DeadLetter,
  DeliveryOutcome,
  OutboxInspection,
  OutboxPort,
} from './shared/ports/outbox-port.js'
export type { PaidOrders } from './shared/ports/paid-orders.js'
export type { PayTokenGenerator } from './shared/ports/pay-token-generator.js'
export type { Offer, PriceQuestion, PriceSource } from './shared/ports/price-source.js'
export type { RetainedKind, Retention } from './shared/ports/retention.js'
export type { Scheduler } from './shared/ports/scheduler.js'
export { printable } from './shared/printable.js'
export { type RateLimiter, tokenBucket } from './shared/rate-limiter.js'
export * from './shared/status-codes.js'
export { systemPayTokens } from './shared/system-pay-tokens.js'
export { systemClock, systemScheduler } from './shared/system-time.js'
export { createWorker, type Worker, type WorkerJob } from './shared/worker.js'
