import { expect, it } from 'vitest'
import { orderId, payNo } from '../index.js'
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
