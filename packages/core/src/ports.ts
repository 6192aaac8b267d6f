// For authors of adapters: the ports, what travels through them, and what adapters share.
export { orderRequestForChoice } from './buy.js'
export { type CourseEntitlement, emptyEntitlement } from './learning/domain/course-entitlement.js'
export type {
  ChooseCourseRepository,
  CourseTablePage,
  EntitlementCommit,
  EntitlementKey,
  HandledMessage,
} from './learning/ports/choose-course-repository.js'
export type { CourseCatalogue, LearningStore } from './learning/ports/learning-store.js'
export { type BuyerPaymentStatus, buyerPaymentStatus } from './orders/domain/buyer-payment-status.js'
export { checkOrder } from './orders/domain/check-order.js'
export type { LedgerPayment, LedgerRefund } from './orders/domain/ledger.js'
export { bookedPayment } from './orders/domain/order.js'
export type { CallbackUrls } from './orders/domain/payment.js'
export {
  type EvidenceRefusal,
  type EvidenceSource,
  evidenceRefusalOf,
  type Merchant,
  type PaymentEvidence,
  type TradeStatus,
} from './orders/domain/payment-evidence.js'
export { refundableAmount, refundedAmount } from './orders/domain/refund.js'
export type { EvidenceJournal, JournalEntry, JournalSource } from './orders/ports/evidence-journal.js'
export type { NotifyReader, NotifyReading } from './orders/ports/notify-reader.js'
export type { PaymentTimelineEvent, QueriedPayment, StuckItems, Timeline } from './orders/ports/operator-service.js'
export type { OrderCommit, OrderKey, OrderRepository } from './orders/ports/order-repository.js'
export type { NotifyAnswer, OpenedPayPage, PayPageKey, ReturnedPayment } from './orders/ports/order-service.js'
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
  RefundInstruction,
  RefundQueryAnswer,
} from './orders/ports/payment-gateway.js'
export type { LedgerPage, LedgerPageRequest, LedgerPosition, PaymentLedger } from './orders/ports/payment-ledger.js'
export type { PollSchedule, ScheduleEntry, SchedulePurpose } from './orders/ports/poll-schedule.js'
export {
  type BeijingDay,
  beijingDayOf,
  DAY_MS,
  isoTimeToEpochMs,
  readBeijingDay,
  spanOfDay,
  type TimeSpan,
  writeBeijingIsoTime,
} from './shared/beijing-day.js'
export {
  type Fetcher,
  FetchFailure,
  type FetchFailureReason,
  fetchLimited,
  isSecureAddress,
  type LimitedRequest,
  type LimitedResponse,
} from './shared/fetch-limited.js'
export { readOrderDetail, writeOrderDetail } from './shared/goods.js'
export { isSnowflake } from './shared/identifiers.js'
export { MAX_AMOUNT_FEN } from './shared/money.js'
export type { OperatorAction, OperatorActionKind } from './shared/operator-action.js'
export {
  MAX_MESSAGE_BYTES,
  type MessagePayment,
  type PayResultMessage,
  type ReceivedPayResultMessage,
  readPayResultMessage,
  writePayResultMessage,
} from './shared/pay-result-message.js'
export { type PaymentIds, paymentIdsInError } from './shared/payment-ids.js'
export type { ReferenceClock, Scheduler } from './shared/ports/clock.js'
export type { IdGenerator, PayTokenGenerator } from './shared/ports/generators.js'
export type { MessagePublisher, PublishOutcome } from './shared/ports/message-publisher.js'
export type { MessageHandler, MessageSubscriber } from './shared/ports/message-subscriber.js'
export type { OperatorLog } from './shared/ports/operator-log.js'
export type {
  ClaimedMessage,
  DeadLetter,
  DeliveryOutcome,
  OutboxInspection,
  OutboxPort,
} from './shared/ports/outbox-port.js'
export type { PaidMessageResender } from './shared/ports/paid-message-resender.js'
export type { Offer, PriceQuestion, PriceSource } from './shared/ports/price-source.js'
export type { RetainedKind, Retention } from './shared/ports/retention.js'
export type { Span, SpanAttributes, SpanKind, SpanOptions, Tracer } from './shared/ports/tracer.js'
export { printable } from './shared/printable.js'
export { createTokenBucket, type RateLimiter } from './shared/rate-limiter.js'
export { ChoiceType } from './shared/status-codes.js'
export { validTraceparent } from './shared/tracing.js'
