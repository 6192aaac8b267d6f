import { toNodeHandler } from '@coursepay/http-hono/node'
import type { FastifyInstance } from 'fastify'
import type { Hono } from 'hono'

// #region fastify
/**
 * A Fastify plugin: `fastify.register(checkoutPlugin(app), { prefix: '/pay' })`. The checkout reads the bodies itself.
 */
export const checkoutPlugin = (app: Hono) => async (scope: FastifyInstance) => {
  const handle = toNodeHandler(app)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _body, done) => done(null))
  scope.all('/*', async (request, reply) => {
    reply.hijack()
    request.raw.url = request.raw.url?.slice(scope.prefix.length)
    await handle(request.raw, reply.raw)
  })
}
// #endregion
