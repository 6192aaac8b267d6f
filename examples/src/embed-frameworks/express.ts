import { toNodeHandler } from '@coursepay/http-hono/node'
import type { Express } from 'express'
import type { Hono } from 'hono'

// #region express
/** Express: before `express.json()` and other body parsers, since the checkout reads the bodies itself. */
export const mountCheckout = (express: Express, app: Hono) => express.use('/pay', toNodeHandler(app))
// #endregion
