import { describe, expect, it } from 'vitest'
import { inMemoryAdapters } from '../test/in-memory-adapters.js'
import { codeOf, freeCourse, paidCourse } from '../test/shop.js'
import { nextTurn } from '../testing/fakes/index.js'
import {
  CheckoutError,
  type CheckoutOptions,
  courses,
  createCheckout,
  type EventDetails,
  OrderStatus,
  type Payment,
} from './index.js'

const ebook = {
  orderType: '60301',
  priceOf: (id: string) =>
    id === 'b-1' ? { price: 4_900, name: 'A book' } : id === 'b-0' ? { price: 0, name: 'Free' } : null,
}
const products = { course: courses([paidCourse, freeCourse]), ebook }

async function openCheckout(changes: Partial<CheckoutOptions> = {}) {
  const adapters = inMemoryAdapters()
  const { store, payments, messages } = adapters
  const options = { store, payments, messages, publicUrl: 'https://shop.test/pay', products }
  const checkout = await createCheckout({ ...options, ...changes })
  // A timer starts the workers, and one that is set later fires later.
  await new Promise((resolve) => setTimeout(resolve, 0))
  const pay = async ({ payNo, token }: Payment) => {
    await checkout.orders.callbacks.openPayPage({ token })
    adapters.gateway.buyer.pay(payNo)
    await checkout.orders.callbacks.receiveNotify(adapters.gateway.notify(payNo))
    for (let turn = 0; turn < 5; turn += 1) await nextTurn()
  }
  return { ...adapters, checkout, pay }
}

/** The payment that a purchase must have. */
function paymentIn({ payment }: { readonly payment: Payment | null }): Payment {
  if (payment === null) throw new Error('There is no payment.')
  return payment
}

describe('createCheckout', () => {
  it('a bought course is paid by one address, and stands in the course table', async () => {
    const { checkout, pay } = await openCheckout()
    const purchase = await checkout.buy('zhang', { product: 'course', id: paidCourse.courseId })
    const payment = paymentIn(purchase)
    expect(purchase.payUrl).toBe(`https://shop.test/pay/p/${payment.token}`)
    expect([payment.totalPrice, payment.returnUrl]).toEqual([9_900, `https://shop.test/pay/p/${payment.token}/return`])
    await pay(payment)
    const { entries } = await checkout.learning.service.myCourseTable('zhang' as never, 1, 10)
    expect(entries.map(({ chooseCourseId }) => chooseCourseId)).toEqual([purchase.choice?.id])
    expect((await checkout.buy('zhang', { product: 'course', id: paidCourse.courseId })).payment).toBeNull()
    await checkout.stop()
  })

  it('buys in a transaction of the host only where the store has such transactions', async () => {
    const { checkout } = await openCheckout()
    const bought = checkout.buy('zhang', { product: 'course', id: paidCourse.courseId }, { transaction: {} })
    expect(await codeOf(bought)).toBe('invalid_request')
    await checkout.stop()
  })

  it('a free course needs no payment', async () => {
    const { checkout } = await openCheckout()
    const purchase = await checkout.buy('zhang', { product: 'course', id: freeCourse.courseId })
    expect([purchase.payment, purchase.payUrl, purchase.choice?.courseId]).toEqual([null, null, freeCourse.courseId])
    await checkout.stop()
  })

  it('a custom product has one order for each user, and its event is handled by the host', async () => {
    const { checkout, pay } = await openCheckout()
    const events: EventDetails[] = []
    await checkout.on('paid', 'download', (details) => void events.push(details))
    const first = paymentIn(await checkout.buy('zhang', { product: 'ebook', id: 'b-1' }))
    const again = paymentIn(await checkout.buy('zhang', { product: 'ebook', id: 'b-1' }))
    const other = paymentIn(await checkout.buy('li', { product: 'ebook', id: 'b-1' }))
    expect([first.orderId === again.orderId, first.orderId === other.orderId]).toEqual([true, false])
    await pay(first)
    expect(events).toMatchObject([
      { product: 'ebook', id: 'b-1', userId: 'zhang', amount: 4_900, orderId: first.orderId, payNo: first.payNo },
    ])
    await checkout.stop()
  })

  it('each event reaches its own consumers, and no others', async () => {
    const { checkout, pay } = await openCheckout()
    const seen: string[] = []
    for (const event of ['paid', 'refunded', 'partiallyRefunded'] as const) {
      await checkout.on(event, 'host', ({ product }) => void seen.push(`${event} ${product}`))
    }
    const { payNo, orderId, ...rest } = paymentIn(await checkout.buy('zhang', { product: 'course', id: '1' }))
    await pay({ payNo, orderId, ...rest })
    const operator = { userId: 'ops' as never, operator: true }
    for (const [amount, events] of [
      [100 as never, 2],
      [null, 3],
    ] as const) {
      await checkout.orders.service.refundOrder(orderId, { amount, reason: '', outRequestNo: null }, operator)
      await expect.poll(() => seen.length).toBe(events)
    }
    expect(seen).toEqual(['paid course', 'partiallyRefunded course', 'refunded course'])
    expect((await checkout.orders.service.getOrder(orderId, operator)).status).toBe(OrderStatus.refunded)
    await checkout.stop()
  })

  it('what is not for sale is refused by its name', async () => {
    const { checkout } = await openCheckout()
    const buy = (product: string, id: string) => codeOf(checkout.buy('zhang', { product, id }))
    expect(await buy('shirt', '1')).toBe('unknown_order_type')
    expect(await buy('toString', '1')).toBe('unknown_order_type')
    expect(await buy('course', 'no-course')).toBe('course_not_found')
    expect(await buy('ebook', 'b-9')).toBe('choice_not_found')
    expect(await buy('ebook', 'b-0')).toBe('nothing_to_pay')
    expect(await buy('ebook', 'b~1')).toBe('invalid_id')
    await checkout.stop()
  })

  it('an order of a custom product cannot be made for the item of another user', async () => {
    const { checkout } = await openCheckout()
    const { orderType, totalPrice } = { orderType: ebook.orderType, totalPrice: 4_900 as never }
    const line = { goodsId: 'b-1', goodsType: orderType, goodsName: 'A book', goodsPrice: totalPrice, goodsDetail: '' }
    const request = { orderType, totalPrice, orderName: 'A book', orderDescrip: null, orderDetail: '[]', goods: [line] }
    const create = (outBusinessId: string) =>
      codeOf(
        checkout.orders.service.createOrder('zhang' as never, { ...request, outBusinessId: outBusinessId as never }),
      )
    expect(await create('b-1~li')).toBe('choice_not_found')
    expect(await create('b-1')).toBe('choice_not_found')
    expect(await create('b-1~zhang')).toBe('no error')
    await checkout.stop()
  })

  it.each<[string, object, RegExp]>([
    ['no product', { products: {} }, /products is empty: give, for example/],
    ['a missing store', { store: undefined }, /store is missing: give, for example/],
    ['an address that is none', { publicUrl: 'shop.test' }, /publicUrl must be the http or https address/],
    ['an address with a query', { publicUrl: 'https://shop.test/pay?a=1' }, /without a query/],
    [
      'an order type of letters',
      { products: { a: { ...ebook, orderType: 'book' } } },
      /products\.a: orderType must have five/,
    ],
    [
      'the order type of courses',
      { products: { a: { ...ebook, orderType: '60201' } } },
      /is the order type of courses/,
    ],
    ['one order type twice', { products: { a: ebook, b: ebook } }, /products\.b: the order type 60301 is used twice/],
    ['a store that is a text', { store: 'sqlite:./shop.db' }, /store is of another kind: give, for example, sqlStore/],
    [
      'a call of messages that was forgotten',
      { messages: () => {} },
      /messages is of another kind: give, for example, inProc/,
    ],
    ['a gateway without its parts', { payments: {} }, /payments is of another kind: give, for example, alipay/],
    [
      'a product that is not there',
      { products: { a: undefined } },
      /products\.a: a product must be courses\(list\) or/,
    ],
    [
      'a product without a price',
      { products: { a: { orderType: '60301' } } },
      /products\.a: priceOf must be a function/,
    ],
    ['courses without a list', { products: { a: { ...courses([]), courses: null } } }, /courses must be given a list/],
  ])('%s is reported before anything is opened', async (_, changes, sentence) => {
    const adapters = inMemoryAdapters()
    const { store, payments, messages } = adapters
    const options = { store, payments, messages, publicUrl: 'https://shop.test', products, ...changes }
    const opened = createCheckout(options as CheckoutOptions)
    await expect(opened).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringMatching(sentence) })
    expect(adapters.isClosed()).toBe(true)
  })

  it('courses in plain texts and numbers are for sale, and a price that is none is refused', async () => {
    const plain = { courseId: '17', courseName: 'Rust', price: 9_900, validDays: 365 }
    const { checkout } = await openCheckout({ products: { course: courses([plain]) } })
    const { payment } = await checkout.buy('zhang', { product: 'course', id: '17' })
    expect(payment).toMatchObject({ totalPrice: 9_900 })
    expect(() => courses([{ ...plain, price: 99.5 }])).toThrow(/An amount must be a whole number of fen/)
    await checkout.stop()
  })

  it('a call without options is told what is missing', async () => {
    const opened = createCheckout(...([] as unknown as Parameters<typeof createCheckout>))
    await expect(opened).rejects.toThrow(/^createCheckout: store is missing/)
  })

  it('what was opened is closed when a later adapter fails', async () => {
    const adapters = inMemoryAdapters()
    const messages = { open: () => Promise.reject(new CheckoutError('broker_unavailable', 'no broker')) }
    const { store, payments } = adapters
    const opened = createCheckout({ store, payments, messages, publicUrl: 'https://shop.test', products })
    expect(await codeOf(opened)).toBe('broker_unavailable')
    expect(adapters.isClosed()).toBe(true)
  })

  it('a stopped checkout has closed its adapters, and stops once', async () => {
    const { checkout, isClosed } = await openCheckout()
    expect(isClosed()).toBe(false)
    await checkout.stop()
    await checkout[Symbol.asyncDispose]()
    expect(isClosed()).toBe(true)
  })
})
