import type { PaymentCallbacks } from '@coursepay/core'
import express, { type Express, type RequestHandler } from 'express'

// #region notify
/** Must come before the app's own body parsers: a body is read once, and what they leave is not what was signed. */
export function addNotifyRoute(app: Express, callbacks: PaymentCallbacks): void {
  // `() => true`: Alipay's Content-Type names two types at once, and a parser that looks for one of them reads nothing.
  app.post('/pay/api/orders/receivenotify', express.raw({ type: () => true }), handleNotification(callbacks))
}

export const handleNotification =
  (callbacks: PaymentCallbacks): RequestHandler =>
  async (request, response) => {
    const body: unknown = request.body // bytes, when `express.raw` has read them
    try {
      const { answer } = await callbacks.receiveNotify(body instanceof Uint8Array ? body : new Uint8Array())
      response.type('text/plain').send(answer)
    } catch {
      // The store is down, say. Alipay notifies again until it reads `success`.
      response.status(503).type('text/plain').send('fail')
    }
  }
// #endregion
