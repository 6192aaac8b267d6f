import { expect, it } from 'vitest'
import { CheckoutError, orderId, payNo } from '../index.js'
import { attachReferenceToError, paymentIdsInError, withPaymentIdsOnError } from './payment-ids.js'

const order = { orderId: orderId('7') }
const payment = { payNo: payNo('8') }

it('an error tells what it concerns, also as a cause', async () => {
  const failure = await withPaymentIdsOnError(order, () => Promise.reject(new Error('x'))).catch((error) => error)
  expect(failure.message).toBe('x')
  expect(paymentIdsInError(failure)).toEqual(order)
  expect(paymentIdsInError(new Error('y', { cause: failure }))).toEqual(order)
})

it('what is noted later adds to what is known, and replaces nothing', () => {
  const error = attachReferenceToError(new Error('x'), payment)
  expect(paymentIdsInError(attachReferenceToError(error, { ...order, payNo: payNo('9') }))).toEqual({
    ...order,
    ...payment,
  })
})

it('what is no error, or cannot be changed, is thrown as it is', () => {
  expect(attachReferenceToError('text', order)).toBe('text')
  const frozen = Object.freeze(new Error('x'))
  expect(attachReferenceToError(frozen, order)).toBe(frozen)
  expect([paymentIdsInError('text'), paymentIdsInError(frozen)]).toEqual([{}, {}])
})

it('the note is no property that a serializer writes', () => {
  expect(JSON.stringify(attachReferenceToError(new Error('x'), order))).toBe('{}')
})

it('a cause that goes in a circle ends the search', () => {
  const error = new Error('x')
  error.cause = error
  expect(paymentIdsInError(error)).toEqual({})
})

it('an error that callers of several payments share names the payment of each', async () => {
  const shared = new CheckoutError('store_unavailable', 'The database is away.')
  const errors = ['1', '2'].map((each) =>
    withPaymentIdsOnError({ payNo: payNo(each) }, () => Promise.reject(shared)).catch((error: unknown) => error),
  )
  const [first, second] = await Promise.all(errors)
  expect([first, second].map(paymentIdsInError)).toEqual([{ payNo: '1' }, { payNo: '2' }])
  expect(second).toMatchObject({ code: 'store_unavailable', message: shared.message, cause: shared })
})
