import type { Fault, FaultRule } from './rules.js'

type KindsAt<Place extends Fault['at']> = { readonly [Kind in Extract<Fault, { at: Place }>['kind']]: true }

/** Every fault by its place; the compiler holds this against the types. */
const FAULT_KINDS: { readonly [Place in Fault['at']]: KindsAt<Place> } = {
  gateway: {
    http_status: true,
    hang: true,
    delay: true,
    reset_before_processing: true,
    reset_after_processing: true,
    html_body: true,
    empty_body: true,
    long_answer: true,
    truncate: true,
    drip: true,
    unknown_error: true,
    system_error: true,
    unsigned: true,
    bad_sign: true,
    appended_node: true,
    replay_other_trade_response: true,
    wrong_amount_in_response: true,
    changed_answer: true,
    sub_code: true,
    error_response: true,
  },
  notify: {
    drop: true,
    duplicate: true,
    delay: true,
    reorder: true,
    bad_sign: true,
    sign_type_rsa: true,
    sign_type: true,
    wrong_amount: true,
    wrong_app_id: true,
    wrong_seller_id: true,
    unknown_out_trade_no: true,
    finished_instead_of_success: true,
    extra_signed_field: true,
    unsigned_extra_field: true,
    repeated_field: true,
    content_type: true,
  },
  cashier: { pay_after_expiry: true, double_pay: true, pay_fails: true },
  cashier_return: { never_return: true, return_bad_sign: true, return_tampered_amount: true },
  bill: { lose_row: true, wrong_amount: true, repeat_row: true, other_day: true, type: true },
  bill_extra: { extra_row: true },
  bill_download: {
    http_status: true,
    hang: true,
    truncate: true,
    half_file: true,
    half_detail: true,
    flip_byte: true,
    bomb: true,
    body: true,
  },
}

const kindsByPlace: Readonly<Record<string, Readonly<Record<string, true>>>> = FAULT_KINDS

/** Whether this names a fault that there is. Its other fields are taken as they come: the caller holds the token. */
export function isFaultRule(rule: object): rule is FaultRule {
  const { at, kind } = rule as { at?: unknown; kind?: unknown }
  if (typeof at !== 'string' || typeof kind !== 'string' || !Object.hasOwn(kindsByPlace, at)) return false
  return Object.hasOwn(kindsByPlace[at] ?? {}, kind)
}
