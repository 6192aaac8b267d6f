/** Rows as the tables hold them: one whole purchase of number `n`, at any of its stages. */
export type Row = Readonly<Record<string, string | number | bigint | null>>

const CHOICES = 1_000_000_000_000n
const ORDERS = 2_000_000_000_000n
const PAY_NUMBERS = 3_000_000_000_000n
const SECOND_PAYMENT = 500_000_000_000n
export const MESSAGES = 4_000_000_000_000n

export const USERS = 64
export const PRICE_FEN = 9_900
export const PRICE = '99.00'
export const COURSE_NAME = 'Java 从入门到上线 (measured)'
const HALF_HOUR_MS = 1_800_000

export const userOf = (n: number) => `bench-user-${n % USERS}`
export const choiceId = (n: number) => CHOICES + BigInt(n)
export const orderId = (n: number) => ORDERS + BigInt(n)
export const payNo = (n: number) => PAY_NUMBERS + BigInt(n)
export const secondPayNo = (n: number) => payNo(n) + SECOND_PAYMENT
const VALID_DAYS = 365
export const courseId = (n: number) => `course-${n}`

/**
 * A course of the catalogue: each purchase has one of its own, since a user's next choice of a course supersedes the
 * one before.
 */
export const courseRow = (n: number): Row => ({
  course_id: courseId(n),
  course_name: COURSE_NAME,
  price: PRICE_FEN,
  valid_days: VALID_DAYS,
})

const goods = (n: number) => ({
  goodsId: courseId(n),
  goodsType: '60201',
  goodsName: COURSE_NAME,
  goodsPrice: PRICE,
  goodsDetail: '',
})
export const orderDetail = (n: number) => JSON.stringify([goods(n)])

export const choiceRow = (n: number): Row => ({
  id: choiceId(n),
  course_id: courseId(n),
  course_name: COURSE_NAME,
  user_id: userOf(n),
  order_type: '700002',
  course_price: PRICE_FEN,
  valid_days: VALID_DAYS,
  status: '701002',
  create_date: Date.now(),
  validtime_start: Date.now(),
  validtime_end: Date.now() + HALF_HOUR_MS,
  active_key: `${userOf(n)} ${courseId(n)}`,
})

export const orderRow = (n: number, status = '600001'): Row => ({
  id: orderId(n),
  out_business_id: String(choiceId(n)),
  user_id: userOf(n),
  order_type: '60201',
  total_price: PRICE_FEN,
  order_name: COURSE_NAME,
  order_descrip: null,
  order_detail: orderDetail(n),
  status,
  create_date: Date.now(),
  expire_date: Date.now() + HALF_HOUR_MS,
  version: 1,
})

export const goodsRow = (n: number): Row => ({
  order_id: orderId(n),
  line: 0,
  goods_id: courseId(n),
  goods_type: '60201',
  goods_name: COURSE_NAME,
  goods_price: PRICE_FEN,
  goods_detail: '',
})

/** A payment of order `n`. */
export const payRow = (n: number, number = payNo(n), status = '601001'): Row => ({
  pay_no: number,
  order_id: orderId(n),
  user_id: userOf(n),
  order_name: COURSE_NAME,
  total_price: PRICE_FEN,
  currency: 'CNY',
  status,
  create_date: Date.now(),
  expire_date: Date.now() + HALF_HOUR_MS,
  token: `token-of-${number}-16bytes`,
  notify_url: 'http://127.0.0.1:3000/api/orders/receivenotify',
  return_url: null,
  out_pay_no: null,
  out_pay_channel: null,
  pay_success_time: null,
  receipt: null,
})

/** The same when it paid its order. */
export const bookedPayRow = (n: number): Row => ({
  ...payRow(n, payNo(n), '601002'),
  ...{ out_pay_no: `trade-${n}`, out_pay_channel: 'Alipay', pay_success_time: Date.now(), receipt: 'booked' },
})

/** The entry of the course table that purchase `n` ends with. */
export const courseTableRow = (n: number): Row => ({
  choose_course_id: choiceId(n),
  user_id: userOf(n),
  course_id: courseId(n),
  course_name: COURSE_NAME,
  order_type: '700002',
  create_date: Date.now(),
  validtime_start: Date.now(),
  validtime_end: Date.now() + HALF_HOUR_MS,
})

export const handledMessageRow = (n: number): Row => ({
  consumer: 'learning',
  message_id: MESSAGES + BigInt(n),
  handled_at: Date.now(),
})

export const messageRow = (n: number, id = MESSAGES + BigInt(n)): Row => ({
  id,
  message_type: 'payresult_notify',
  business_key1: String(choiceId(n)),
  business_key2: '60201',
  business_key3: null,
  create_date: Date.now(),
  available_at: Date.now(),
  claims: 0,
  attempts: 0,
  claim_token: null,
  last_error: null,
  dead_at: null,
})
