import { createServer } from 'node:http'
import { settableClock } from '@coursepay/core/fakes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bearerAuthentication } from '../src/index.js'
import { client, members, openShop } from './shop.js'
import { sign } from './sign.js'

const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
}

/** An issuer's key pair: what signs, and what it publishes. */
async function keyPair(kid: string, modulusLength = 2_048) {
  const algorithm = { ...rsa, modulusLength }
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const jwk = { ...(await crypto.subtle.exportKey('jwk', privateKey)), alg: 'RS256' as const }
  const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey)
  return {
    sign: (claims: Record<string, unknown>, named = kid) =>
      sign(claims, named === '' ? jwk : { ...jwk, kid: named }, 'RS256'),
    published: { kty, n, e, kid, alg: 'RS256' },
  }
}

const first = await keyPair('first')
const second = await keyPair('second')

/** A local issuer whose answer a test may change. */
function issuer() {
  const state = { status: 200, body: JSON.stringify({ keys: [first.published] }), asked: 0, headers: {} }
  const server = createServer((_, response) => {
    state.asked += 1
    response.writeHead(state.status, { 'Content-Type': 'application/json', ...state.headers }).end(state.body)
  })
  return { state, server }
}

let { state, server } = issuer()
let jwksUrl = ''
beforeEach(async () => {
  ;({ state, server } = issuer())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  jwksUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/jwks.json`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

const clock = settableClock()
const requestWith = (token: string) =>
  new Request('http://localhost/', { headers: { Authorization: `Bearer ${token}` } })
const issued = () => {
  const authenticate = bearerAuthentication({ jwksUrl, clock, freshMs: 60_000, retryMs: 1_000 })
  return async (token: string) => authenticate(requestWith(token))
}
const refused = { code: 'not_authenticated' }
const unavailable = { code: 'keys_unavailable' }

describe('a token by an issuer’s published keys', () => {
  it('is verified with keys that are fetched when first needed, and once for many', async () => {
    const actorOf = issued()
    expect(state.asked).toBe(0)
    const token = await first.sign({ sub: 'zhang', roles: ['operator'] })
    const actors = await Promise.all([actorOf(token), actorOf(token), actorOf(token)])
    expect(actors).toMatchObject(new Array(3).fill({ userId: 'zhang', operator: true }))
    await actorOf(token)
    expect(state.asked).toBe(1)
  })

  it('waits with all others for an answer that is slow, and asks no second time', async () => {
    const answered = Promise.withResolvers<Response>()
    let asked = 0
    const slow = () => {
      asked += 1
      return answered.promise
    }
    const authenticate = bearerAuthentication({ jwksUrl, clock, retryMs: 1_000, fetch: slow })
    const token = await first.sign({ sub: 'zhang' })
    const early = authenticate(requestWith(token))
    clock.advance(2_000)
    const late = authenticate(requestWith(token))
    answered.resolve(Response.json({ keys: [first.published] }))
    expect(await Promise.all([early, late])).toMatchObject([{ userId: 'zhang' }, { userId: 'zhang' }])
    expect(asked).toBe(1)
  })

  it('is refused when a key of another issuer signed it', async () => {
    await expect(issued()(await second.sign({ sub: 'zhang' }))).rejects.toMatchObject(refused)
    const forged = await keyPair('first')
    await expect(issued()(await forged.sign({ sub: 'zhang' }))).rejects.toMatchObject(refused)
  })

  it('is never HS256, even with the public key as the secret', async () => {
    const [claims, secret] = [{ sub: 'zhang' }, JSON.stringify(first.published)]
    const key = { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: 'first', alg: 'HS256' as const }
    await expect(issued()(await sign(claims, key))).rejects.toMatchObject(refused)
    await expect(issued()(await sign(claims, secret))).rejects.toMatchObject(refused)
  })

  it('is refused after exp', async () => {
    await expect(issued()(await first.sign({ sub: 'zhang', exp: 1 }))).rejects.toMatchObject(refused)
  })

  it('is found after the issuer changed its keys', async () => {
    const actorOf = issued()
    await actorOf(await first.sign({ sub: 'zhang' }))
    state.body = JSON.stringify({ keys: [first.published, second.published] })
    clock.advance(1_000)
    expect(await actorOf(await second.sign({ sub: 'li' }))).toMatchObject({ userId: 'li' })
  })

  it.each([['first'], ['']])('is verified by the only key, which has no kid, when it names kid %s', async (kid) => {
    const { kid: _, ...only } = first.published
    state.body = JSON.stringify({ keys: [only] })
    const token = await first.sign({ sub: 'zhang' }, kid)
    expect(await issued()(token)).toMatchObject({ userId: 'zhang' })
    await expect(issued()(await second.sign({ sub: 'zhang' }, kid))).rejects.toMatchObject(refused)
  })

  it('is refused when its key is shorter than 2048 bits', async () => {
    const short = await keyPair('short', 1_024)
    state.body = JSON.stringify({ keys: [short.published] })
    await expect(issued()(await short.sign({ sub: 'zhang' }))).rejects.toMatchObject(refused)
  })

  it('with an unknown key makes no flood of questions', async () => {
    const actorOf = issued()
    for (let time = 0; time < 5; time += 1) {
      await expect(actorOf(await second.sign({ sub: 'zhang' }))).rejects.toMatchObject(refused)
    }
    expect(state.asked).toBe(1)
  })

  it('is no longer good once its key was withdrawn and the fetched ones are old', async () => {
    const actorOf = issued()
    const token = await first.sign({ sub: 'zhang' })
    await actorOf(token)
    state.body = JSON.stringify({ keys: [second.published] })
    expect(await actorOf(token)).toMatchObject({ userId: 'zhang' })
    clock.advance(60_000)
    await expect(actorOf(token)).rejects.toMatchObject(refused)
  })
})

it('an address off this machine must begin with https', () => {
  expect(() => bearerAuthentication({ jwksUrl: 'http://login.example.com/jwks.json' })).toThrow('https')
})

describe('while the issuer is away', () => {
  it.each([
    [500, '{}'],
    [200, 'not json'],
    [200, '{}'],
    [200, '{"keys":"none"}'],
  ])('an answer of %i %s is "keys_unavailable", and the next try succeeds', async (status, body) => {
    const actorOf = issued()
    const token = await first.sign({ sub: 'zhang' })
    const good = state.body
    Object.assign(state, { status, body })
    await expect(actorOf(token)).rejects.toMatchObject(unavailable)
    await expect(actorOf(token)).rejects.toMatchObject(unavailable)
    expect(state.asked).toBe(1)
    Object.assign(state, { status: 200, body: good })
    clock.advance(1_000)
    expect(await actorOf(token)).toMatchObject({ userId: 'zhang' })
  })

  it('the keys at hand serve on', async () => {
    const actorOf = issued()
    const token = await first.sign({ sub: 'zhang' })
    await actorOf(token)
    state.status = 500
    clock.advance(600_000)
    expect(await actorOf(token)).toMatchObject({ userId: 'zhang' })
    expect(state.asked).toBe(2)
  })

  it.each([
    ['redirects', 302, { Location: '/jwks.json' }, ''],
    ['sends more than 256 kB', 200, {}, JSON.stringify({ keys: [first.published], more: 'x'.repeat(263_000) })],
  ])('an issuer that %s is "keys_unavailable"', async (_, status, headers, body) => {
    Object.assign(state, { status, headers, body })
    await expect(issued()(await first.sign({ sub: 'zhang' }))).rejects.toMatchObject(unavailable)
    expect(state.asked).toBe(1)
  })

  it('one bad key beside a good one does no harm', async () => {
    state.body = JSON.stringify({ keys: [null, { kty: 'RSA' }, first.published] })
    expect(await issued()(await first.sign({ sub: 'zhang' }))).toMatchObject({ userId: 'zhang' })
  })

  it('a call is 503 with Retry-After and no word of the address', async () => {
    state.status = 500
    const { app } = await openShop({ authenticate: bearerAuthentication({ jwksUrl, clock }) })
    const response = await client(app, await first.sign({ sub: 'zhang' })).get('/api/learning/mycoursetable')
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '2'])
    const problem = await members(response)
    expect(problem).toMatchObject({ code: 'keys_unavailable' })
    expect(JSON.stringify(problem)).not.toContain('127.0.0.1')
  })
})
