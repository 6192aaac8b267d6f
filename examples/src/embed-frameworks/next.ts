import { Hono } from 'hono'

// #region next
/**
 * Route handlers of Next.js, in `app/pay/[...path]/route.ts`: `export const { GET, POST, DELETE } =
 * checkoutHandlers(app)`.
 */
export function checkoutHandlers(app: Hono) {
  const { fetch } = new Hono().route('/pay', app)
  const handle = (request: Request) => fetch(request)
  return { GET: handle, POST: handle, DELETE: handle }
}
// #endregion
