import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@coursepay/http-hono/node'
import { type MiddlewareConsumer, Module } from '@nestjs/common'
import { Hono } from 'hono'

// #region nest
/** A module of NestJS with the checkout under `/pay`. Create the application with `{ bodyParser: false }`. */
export function checkoutModule(app: Hono) {
  const handle = toNodeHandler(new Hono().route('/pay', app))
  class CheckoutModule {
    configure(consumer: MiddlewareConsumer) {
      const middleware = (request: IncomingMessage & { originalUrl: string }, response: ServerResponse) =>
        handle(Object.assign(request, { url: request.originalUrl }), response)
      consumer.apply(middleware).forRoutes('pay/*path')
    }
  }
  Module({})(CheckoutModule)
  return CheckoutModule
}
// #endregion
