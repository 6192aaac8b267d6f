import type { CheckoutErrorCode } from '@coursepay/core'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Failures before core: of HTTP itself, or of the keys that verify tokens. */
export type TransportErrorCode =
  | 'route_not_found'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'keys_unavailable'
  | 'too_many_requests'
  | 'foreign_origin'
  | 'internal_error'

/** Every `code` that an answer can have. Closed: a new one does not compile until it has its row below. */
export type ProblemCode = CheckoutErrorCode | TransportErrorCode

export interface ProblemRow {
  readonly status: ContentfulStatusCode
  /** For a programmer; the same for every occurrence. */
  readonly title: string
  /** For the person in front of the page (the seed's `errMessage`). */
  readonly errMessage: string
}

const problemRow = (status: ContentfulStatusCode, title: string, errMessage: string): ProblemRow => ({
  status,
  title,
  errMessage,
})

export const problemTable = {
  invalid_request: problemRow(400, 'The request is malformed', '请求内容有误，请检查后重试'),
  invalid_id: problemRow(400, 'An id is malformed', '编号格式有误'),
  invalid_amount: problemRow(400, 'An amount is malformed', '金额格式有误'),
  body_too_large: problemRow(413, 'The body is too large', '提交的内容过大'),
  not_authenticated: problemRow(401, 'A valid token is needed', '请先登录'),
  not_yours: problemRow(404, 'This user has nothing under this id', '没有找到相关记录'),
  course_not_found: problemRow(404, 'No such course', '课程不存在'),
  choice_not_found: problemRow(404, 'No such choice of a course', '选课记录不存在'),
  order_not_found: problemRow(404, 'No such order', '订单不存在'),
  pay_record_not_found: problemRow(404, 'No such payment', '支付记录不存在，请重新获取二维码'),
  unknown_order_type: problemRow(422, 'Nothing is sold under this order type', '不支持的订单类型'),
  price_mismatch: problemRow(422, "The total is not the server's price", '订单金额与实际价格不符，请刷新后重试'),
  nothing_to_pay: problemRow(409, 'There is nothing to pay', '无需支付'),
  business_id_conflict: problemRow(
    409,
    'The business id is taken by another order',
    '已有一笔内容不同的订单，请刷新后重试',
  ),
  order_already_paid: problemRow(409, 'The order is paid already', '订单已支付，无需重复支付'),
  order_already_refunded: problemRow(409, 'The order was refunded', '订单已退款，如需购买请重新选课'),
  order_not_paid: problemRow(409, 'The order is not paid', '订单尚未支付，无法退款'),
  refund_conflict: problemRow(409, 'The refund number is taken by another refund', '该退款请求号已用于内容不同的退款'),
  refund_too_large: problemRow(422, 'More than was paid', '退款金额大于实付金额'),
  refund_exceeds_rest: problemRow(409, 'More than is left to refund', '退款金额大于可退余额'),
  operators_only: problemRow(403, 'For operators only', '仅限运营人员操作'),
  dead_message_not_found: problemRow(404, 'No such dead letter', '没有这条待处理的消息'),
  order_closed: problemRow(409, 'The order is closed', '订单已关闭，请重新下单'),
  pay_record_expired: problemRow(409, 'The payment code has expired', '二维码已过期，请重新获取'),
  choice_outdated: problemRow(409, 'This choice is out of date', '课程的价格或有效期已变化，或课程已下架，请重新选课'),
  too_many_attempts: problemRow(429, 'Too many codes of one order today', '今日获取二维码次数过多，请明天再试'),
  payment_not_held: problemRow(409, 'No money of this payment is held', '该笔支付没有待处理的款项'),
  state_conflict: problemRow(409, 'The state was changed concurrently', '状态已变化，请刷新后重试'),
  gateway_unknown: problemRow(502, "The payment service's answer is not clear", '支付平台暂无明确结果，请稍后查询'),
  gateway_refused: problemRow(502, 'The payment service refused', '支付平台拒绝了请求'),
  ids_unavailable: problemRow(503, 'No ids can be made at the moment', '系统繁忙，请稍后重试'),
  store_unavailable: problemRow(503, 'The store is not reachable', '系统繁忙，请稍后重试'),
  broker_unavailable: problemRow(503, 'The message broker is not reachable', '系统繁忙，请稍后重试'),
  route_not_found: problemRow(404, 'No such address', '请求的地址不存在'),
  method_not_allowed: problemRow(405, 'This address does not take this method', '请求方式不支持'),
  unsupported_media_type: problemRow(415, 'The body must be application/json', '请求内容须为 JSON 格式'),
  too_many_requests: problemRow(429, 'Too many requests of one user', '操作过于频繁，请稍后重试'),
  foreign_origin: problemRow(403, 'The request comes from another site', '请求来源不受信任，请从本站页面操作'),
  keys_unavailable: problemRow(503, 'The keys of the login service are not reachable', '登录服务暂不可用，请稍后重试'),
  invariant_violated: problemRow(
    500,
    'A rule of the order would be broken; nothing was changed',
    '系统异常，请稍后重试',
  ),
  internal_error: problemRow(500, 'Something failed inside', '系统异常，请稍后重试'),
} as const satisfies Record<ProblemCode, ProblemRow>
