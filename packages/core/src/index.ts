// The public face of coursepay's core, listed by hand.
export { type Checkout, type CheckoutParts, createCheckout } from './create-checkout.js'
export {
  createLearningCentre,
  type LearningCentre,
  type LearningCentreParts,
} from './learning/application/create-learning-centre.js'
export { createLearningService } from './learning/application/create-learning-service.js'
export type { LearningDependencies } from './learning/application/learning-dependencies.js'
export { priceOfChoice } from './learning/application/price-of-choice.js'
export * from './learning/domain/course.js'
export * from './learning/domain/course-choice.js'
export type { ChooseCourseRepository } from './learning/ports/choose-course-repository.js'
export type { CourseCatalogue } from './learning/ports/course-catalogue.js'
export type { CourseTablePage, CourseTableRepository } from './learning/ports/course-table-repository.js'
export type { HandledMessages } from './learning/ports/handled-messages.js'
export type { ChoiceView, LearningService, LearnStatusView } from './learning/ports/learning-service.js'
export type { LearningStores } from './learning/ports/learning-stores.js'
export {
  createOrderCentre,
  type OrderCentre,
  type OrderCentreParts,
  type OrderWorker,
} from './orders/application/create-order-centre.js'
export { createOrderUseCases, type OrderUseCases } from './orders/application/create-order-use-cases.js'
export {
  createReconciliation,
  type ReconcileBill,
  type ReconciliationParts,
} from './orders/application/create-reconciliation.js'
export type { ExpiryReport } from './orders/application/expire-orders.js'
export type { OrderDependencies, OrderSettings } from './orders/application/order-dependencies.js'
export type { PollReport } from './orders/application/poll-payments.js'
export type { ReconciliationAnswer, ReconciliationProgress } from './orders/application/reconcile-bill.js'
export type { RefundReport } from './orders/application/refund-due.js'
export type { SettlementResult } from './orders/application/settle-payment.js'
export { systemPayTokens } from './orders/application/system-pay-tokens.js'
export * from './orders/domain/bill.js'
export * from './orders/domain/bill-difference.js'
export * from './orders/domain/bill-report.js'
export * from './orders/domain/compare-bill.js'
export * from './orders/domain/ledger.js'
export * from './orders/domain/order.js'
export * from './orders/domain/order-goods.js'
export * from './orders/domain/pay-record.js'
export * from './orders/domain/payment-evidence.js'
export * from './orders/domain/payment-news.js'
export * from './orders/domain/poll-rhythm.js'
export * from './orders/domain/refund.js'
export * from './orders/domain/settlement.js'
export type { BillAnswer, BillSource } from './orders/ports/bill-source.js'
export type { BuyerOrders, BuyerOrdersPage } from './orders/ports/buyer-orders.js'
export type { BuyerService, MyOrdersPage } from './orders/ports/buyer-service.js'
export type { EvidenceJournal, JournalEntry, JournalSource } from './orders/ports/evidence-journal.js'
export type { NotifyReader, NotifyReading } from './orders/ports/notify-reader.js'
export type { DeadMessage, OperationsView, StateCounts } from './orders/ports/operations-view.js'
export type { AskedNow, OperatorService, Stuck, Timeline, TimelineEvent } from './orders/ports/operator-service.js'
export type { OrderChange, OrderKey, OrderRepository } from './orders/ports/order-repository.js'
export type {
  Actor,
  NotifyAnswer,
  OpenedPayPage,
  OrderService,
  OrderView,
  PaymentDoor,
  PayPageKey,
  ReturnedPayment,
} from './orders/ports/order-service.js'
export type { OrderStores } from './orders/ports/order-stores.js'
export type { PaymentFacts, PayRecordChange, PayRecordRepository } from './orders/ports/pay-record-repository.js'
export type { PayTokenGenerator } from './orders/ports/pay-token-generator.js'
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
export type { DueAttempt, PaymentWatch } from './orders/ports/payment-watch.js'
export type { RefundOpening, RefundRepository } from './orders/ports/refund-repository.js'
export * from './shared/beijing-day.js'
export * from './shared/checkout-error.js'
export {
  FetchFailure,
  type FetchFailureReason,
  type FetchLimits,
  fetchLimited,
  isSecureAddress,
  type LimitedResponse,
  type WebFetch,
} from './shared/fetch-limited.js'
export * from './shared/identifiers.js'
export * from './shared/money.js'
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
export type { ClaimedMessage, OutboxInspection, OutboxPort, Postponement } from './shared/ports/outbox-port.js'
export type { PriceQuestion, PriceSource } from './shared/ports/price-source.js'
export type { Scheduler } from './shared/ports/scheduler.js'
export type { UnitOfWork, UnitShape } from './shared/ports/unit-of-work.js'
export { printable } from './shared/printable.js'
export { type RateLimiter, tokenBucket } from './shared/rate-limiter.js'
export {
  defaultRelaySettings,
  mostSentTwice,
  type RelayReport,
  type RelaySettings,
  relayOutbox,
} from './shared/relay-outbox.js'
export * from './shared/status-codes.js'
export { systemClock, systemScheduler } from './shared/system-time.js'
export { createWorker, type Worker, type WorkerJob } from './shared/worker.js'
