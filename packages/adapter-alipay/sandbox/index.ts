export type { ButtonResult, BuyerOptions, OpenedPage, SandboxBuyer } from './buyer.js'
export { AdvanceableClock, type CancelTimer, realClock, type SandboxClock, VirtualClock } from './clock.js'
export type { ConsoleRefund, SandboxControl } from './control.js'
export type {
  BillDownloadFault,
  BillExtraFault,
  BillFault,
  CashierFault,
  ReturnFault,
} from './faults/cashier-and-bill.js'
export type { GatewayFault } from './faults/gateway.js'
export type { NotifyFault } from './faults/notify.js'
export type { Fault, FaultHandle, FaultMatch, FaultRule } from './faults/rules.js'
export type { LoggedRequest, SignatureVerdict } from './history.js'
export {
  generateRsaKeyPair,
  generateSandboxKeys,
  type RsaKeyPair,
  type SandboxCertificates,
  type SandboxKeys,
} from './keys.js'
export type { NotifyEvent } from './notify/fields.js'
export { type NotifyAttempt, RETRY_DELAYS_MS, type SandboxNotification } from './notify/notifier.js'
export { type AlipaySandbox, startAlipaySandbox } from './sandbox.js'
export type { SignNotifyOptions, SignType } from './signature.js'
export type { AlipaySandboxOptions, SandboxMerchant } from './state.js'
export type { Refund, Trade, TradeStatus } from './trade/trade.js'
