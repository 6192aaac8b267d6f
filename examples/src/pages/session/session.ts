import { createHmac, randomUUID } from 'node:crypto'
import { type OrderId, type OutBusinessId, orderId, outBusinessId, type UserId, userId } from '@coursepay/core'
import { sign, verify } from 'hono/jwt'
import { parse, serialize } from 'hono/utils/cookie'

/** Somebody who looks at the demo: a user made up for this browser, and the orders made in it, newest first. */
export interface Session {
  readonly userId: UserId
  readonly orders: readonly KnownOrder[]
}

export interface KnownOrder {
  readonly outBusinessId: OutBusinessId
  readonly orderId: OrderId
}

/** Keeps sessions in a signed cookie: the demo has no login and no store of users. */
export interface Sessions {
  /** Null when the request brings none, or one that was not signed here. */
  read(request: Request): Promise<Session | null>
  /** The value of a `Set-Cookie` header. */
  write(session: Session): Promise<string>
}

const COOKIE = 'coursepay_session'
const LIFETIME_S = 30 * 86_400
/** A cookie holds 4096 bytes, and each order takes about 60 of them. */
const MOST_ORDERS = 20

export const newSession = (): Session => ({ userId: userId(`demo-${randomUUID()}`), orders: [] })

/** The same session with this order in front. */
export function withOrder(session: Session, order: KnownOrder): Session {
  const others = session.orders.filter((known) => known.orderId !== order.orderId)
  return { ...session, orders: [order, ...others].slice(0, MOST_ORDERS) }
}

/** `secret` is stretched to a key of its own, so that a session is no bearer token and a token no session. */
export function signedSessions(secret: string, secure: boolean): Sessions {
  const key = createHmac('sha256', secret).update('coursepay demo session').digest('hex')
  return {
    async read(request) {
      const token = parse(request.headers.get('Cookie') ?? '', COOKIE)[COOKIE]
      if (token === undefined) return null
      try {
        return fromClaims(await verify(token, key, { alg: 'HS256', iat: false }))
      } catch {
        // Of another start of the demo, run out, or forged: in each case somebody new.
        return null
      }
    },
    async write({ userId: sub, orders }) {
      const exp = Math.floor(Date.now() / 1_000) + LIFETIME_S
      const pairs = orders.map((order) => [order.outBusinessId, order.orderId])
      const token = await sign({ sub, orders: pairs, exp }, key, 'HS256')
      return serialize(COOKIE, token, { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: LIFETIME_S, secure })
    },
  }
}

function fromClaims({ sub, orders }: Readonly<Record<string, unknown>>): Session {
  const pairs: readonly unknown[] = Array.isArray(orders) ? orders : []
  return {
    userId: userId(sub),
    orders: pairs.map((pair) => {
      const [business, order] = Array.isArray(pair) ? pair : []
      return { outBusinessId: outBusinessId(business), orderId: orderId(order) }
    }),
  }
}
