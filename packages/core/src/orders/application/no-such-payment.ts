import { CheckoutError } from '../../shared/checkout-error.js'

export const noSuchPayment = (): CheckoutError =>
  new CheckoutError('pay_record_not_found', 'There is no such payment. Ask for a new code.')
