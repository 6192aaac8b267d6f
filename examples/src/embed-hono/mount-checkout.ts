import { type Checkout, CheckoutError, userId } from '@coursepay/core'
import { createCheckoutApp } from '@coursepay/http-hono'
import type { createSchool } from './school.js'

// #region mount
/** Puts the checkout under `/pay` of the school's app, with the school's own users. */
export function mountCheckout(school: ReturnType<typeof createSchool>, checkout: Checkout, baseUrl: string): void {
  const app = createCheckoutApp({
    orders: checkout.orders.service,
    buyer: checkout.orders.buyer,
    operator: checkout.orders.operator,
    payments: checkout.orders.door,
    learning: checkout.learning.service,
    publicBaseUrl: `${baseUrl}/pay`,
    authenticate: async (request) => {
      const name = school.userOf(request)
      if (name === undefined) throw new CheckoutError('not_authenticated', 'Log in first.')
      return { userId: userId(name), operator: false }
    },
    log: { info: () => {}, error: (fields) => console.error(fields) },
  })
  school.app.route('/pay', app)
}
// #endregion
