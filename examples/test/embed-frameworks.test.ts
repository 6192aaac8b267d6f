/// <reference path="../src/embed-express/express4.d.ts" />
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { courseId, fen, payNo, userId } from '@coursepay/core'
import { inMemoryCheckout } from '@coursepay/core/fakes'
import { createCheckoutApp, servicesOf } from '@coursepay/http-hono'
import { checkoutClient } from '@coursepay/http-hono/client'
import { getRequestListener } from '@hono/node-server'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import type { Hono } from 'hono'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { mountCheckout } from '../src/embed-frameworks/express.js'
import { checkoutPlugin } from '../src/embed-frameworks/fastify.js'
import { checkoutModule } from '../src/embed-frameworks/nest.js'
import { checkoutHandlers } from '../src/embed-frameworks/next.js'

const course = { courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }

/** A checkout in memory, and its app for a user who is always zhang. */
async function openApp() {
  const checkout = await inMemoryCheckout({ courses: [course] })
  const app = createCheckoutApp({
    ...servicesOf(checkout),
    authenticate: async () => ({ userId: userId('zhang'), operator: false }),
    publicBaseUrl: 'https://shop.example/pay',
    log: { info: () => {}, error: () => {} },
  })
  return { checkout, app }
}

const addressOf = (address: AddressInfo | string | null) =>
  `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

async function withExpress(framework: typeof express, app: Hono): Promise<string> {
  const host = framework()
  mountCheckout(host, app)
  host.use(framework.json(), framework.urlencoded({ extended: false }))
  host.get('/shop', (_, response) => void response.send('the shop'))
  const server = host.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return addressOf(server.address())
}

async function withFastify(app: Hono): Promise<string> {
  const host = Fastify()
  await host.register(checkoutPlugin(app), { prefix: '/pay' })
  host.get('/shop', async () => 'the shop')
  onTestFinished(() => host.close())
  await host.listen({ port: 0, host: '127.0.0.1' })
  return addressOf(host.server.address())
}

async function withNest(app: Hono): Promise<string> {
  class School {}
  Module({ imports: [checkoutModule(app)] })(School)
  const host = await NestFactory.create(School, { bodyParser: false, logger: false })
  host.use('/shop', (_: unknown, response: { end(text: string): void }) => response.end('the shop'))
  onTestFinished(() => host.close())
  await host.listen(0, '127.0.0.1')
  return addressOf(host.getHttpServer().address())
}

/** As Next.js calls its route handlers: with the request of the web standard, and by method. */
async function withNext(app: Hono): Promise<string> {
  const handlers = new Map(Object.entries(checkoutHandlers(() => app)))
  const route = async (request: Request) =>
    handlers.get(request.method)?.(request) ?? new Response(null, { status: 405 })
  const respond = getRequestListener((request) =>
    new URL(request.url).pathname === '/shop' ? new Response('the shop') : route(request),
  )
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return addressOf(server.address())
}

it('the handlers of Next.js open nothing while a build loads them, and the checkout once', async () => {
  const { app } = await openApp()
  const open = vi.fn<() => Hono>(() => app)
  const { GET } = checkoutHandlers(open)
  expect(open).not.toHaveBeenCalled()
  for (const _ of ['first', 'second'])
    expect((await GET(new Request('https://shop.example/pay/healthz'))).status).toBe(200)
  expect(open).toHaveBeenCalledOnce()
})

describe.each([
  ['Express 5', (app: Hono) => withExpress(express, app)],
  ['Express 4', (app: Hono) => withExpress(express4 as typeof express, app)],
  ['Fastify', withFastify],
  ['NestJS', withNest],
  ['Next.js', withNext],
])('the checkout in %s', (_, open) => {
  it('sells a course beside the routes of its host', async () => {
    const { checkout, app } = await openApp()
    const base = await open(app)
    expect(await (await fetch(`${base}/shop`)).text()).toBe('the shop')
    const { payCode, paid } = await checkoutClient(`${base}/pay`).buy({ courseId: '1' })
    const number = payNo(payCode?.payNo)
    const page = await fetch(`${base}/pay${new URL(payCode?.payUrl ?? '').pathname.slice('/pay'.length)}`, {
      redirect: 'manual',
    })
    expect(page.status).toBe(302)
    const result = paid()
    checkout.gateway.buyer.pay(number)
    const body = Uint8Array.from(checkout.gateway.notify(number))
    const notified = await fetch(`${base}/pay/api/orders/receivenotify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; text/html; charset=UTF-8' },
      body,
    })
    expect(await notified.text()).toBe('success')
    expect(await result).toMatchObject({ status: '601002', orderStatus: '600002' })
    expect((await fetch(`${base}/pay/nowhere`)).status).toBe(404)
  })
})
