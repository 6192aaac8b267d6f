import { Hono } from 'hono'

// #region next
/**
 * Route handlers of Next.js, in `app/pay/[...path]/route.ts`: `export const { GET, POST, DELETE } =
 * checkoutHandlers(() => globalThis.checkoutApp)`.
 */
export function checkoutHandlers(checkoutApp: () => Hono) {
  let host: Hono | undefined
  const handle = (request: Request) => {
    host ??= new Hono().route('/pay', checkoutApp())
    return host.fetch(request)
  }
  return { GET: handle, POST: handle, DELETE: handle }
}
// #endregion
