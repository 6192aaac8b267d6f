import { type ProblemCode, problemTable } from '../problem/problem-table.js'
import type { Language } from './browser.js'

const english: Readonly<Record<ProblemCode, string>> = {
  invalid_request: 'This request is not valid',
  invalid_id: 'This number is not valid',
  invalid_amount: 'This amount is not valid',
  body_too_large: 'This request is too large',
  not_authenticated: 'Please sign in first',
  not_yours: 'You have nothing here under this number',
  course_not_found: 'There is no such course',
  choice_not_found: 'There is no such enrolment',
  order_not_found: 'There is no such order',
  pay_record_not_found: 'There is no such payment. Please get a new code',
  unknown_order_type: 'This cannot be bought here',
  price_mismatch: 'The price has changed. Please load the page again',
  nothing_to_pay: 'There is nothing to pay',
  business_id_conflict: 'There is already another order for this',
  order_already_paid: 'This order is paid. There is no need to pay again',
  order_already_refunded: 'This order was refunded. Choose the course again to buy it',
  order_not_paid: 'This order is not paid, so there is nothing to refund',
  refund_conflict: 'This refund number was used for another amount',
  refund_too_large: 'The amount exceeds what was paid',
  refund_exceeds_rest: 'The amount exceeds what is left to refund',
  operators_only: 'This page is for operators only',
  dead_message_not_found: 'There is no such message',
  order_closed: 'This order is closed. Please order again',
  pay_record_expired: 'This code has expired. Please get a new one',
  choice_outdated: 'This course has changed, or is no longer on sale. Please choose it again',
  too_many_attempts: 'This order has had too many codes today. Please try again tomorrow',
  payment_not_held: 'No money of this payment is held',
  state_conflict: 'This was changed at the same moment. Please load the page again',
  gateway_unknown: 'Alipay gives no clear answer at the moment. Please try again later',
  gateway_refused: 'Alipay refused the request',
  ids_unavailable: 'The service is busy. Please try again in a moment',
  store_unavailable: 'The service is busy. Please try again in a moment',
  broker_unavailable: 'The service is busy. Please try again in a moment',
  route_not_found: 'There is no such page',
  method_not_allowed: 'This page does not accept this kind of request',
  unsupported_media_type: 'This page does not accept this kind of content',
  too_many_requests: 'Too many requests. Please try again in a moment',
  foreign_origin: 'This request came from another site. Please use the pages of this site',
  keys_unavailable: 'Signing in does not work at the moment. Please try again later',
  invariant_violated: 'Something went wrong on our side. Please try again later',
  internal_error: 'Something went wrong on our side. Please try again later',
}

/** What went wrong, for the person in front of the page. */
export function problemText(code: ProblemCode, language: Language): string {
  return language === 'zh' ? problemTable[code].errMessage : english[code]
}
