import { describe, expect, it } from 'vitest'
import { bearerAuthentication } from '../src/index.js'
import { client, members, openShop, SECRET } from './shop.js'
import { sign, signTexts } from './sign.js'

const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds
const requestWith = (authorization?: string) =>
  new Request('http://localhost/', authorization === undefined ? {} : { headers: { Authorization: authorization } })
const authenticate = bearerAuthentication({ secret: SECRET })
const refused = { code: 'not_authenticated' }
const claimsOf = (claims: Record<string, unknown>) => JSON.stringify({ exp: inSeconds(60), ...claims })
const actorOf = async (claims: Record<string, unknown>) =>
  authenticate(requestWith(`Bearer ${await sign(claims, SECRET)}`))

describe('calls without a good token', () => {
  it.each([
    ['POST', '/api/learning/choosecourse/1'],
    ['POST', '/api/learning/choosecourse/learnstatus/1'],
    ['GET', '/api/learning/mycoursetable'],
    ['POST', '/api/orders/generatepaycode'],
    ['GET', '/api/orders/payresult?payNo=1'],
    ['GET', '/api/orders/1'],
    ['POST', '/api/orders/1/close'],
  ])('%s %s is 401 with a challenge', async (method, path) => {
    const { app } = await openShop()
    const response = await app.request(path, { method })
    expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer'])
    expect(await members(response)).toMatchObject({ code: 'not_authenticated', errMessage: '请先登录' })
  })

  it('get no further: the body is not even read', async () => {
    const { nobody } = await openShop()
    expect((await nobody.post('/api/orders/generatepaycode', '{broken')).status).toBe(401)
  })

  it('are 401 with somebody else’s signature', async () => {
    const { app } = await openShop()
    const forged = client(app, await sign({ sub: 'zhang' }, 'another secret, as long as it must be'))
    expect((await forged.get('/api/learning/mycoursetable')).status).toBe(401)
  })
})

describe('a token by a shared secret', () => {
  it('names its user by sub, and an operator by roles', async () => {
    expect(await actorOf({ sub: 'zhang' })).toMatchObject({ userId: 'zhang', operator: false })
    expect(await actorOf({ sub: 'ops', roles: ['user', 'operator'] })).toMatchObject({ userId: 'ops', operator: true })
    expect(await actorOf({ sub: 'ops', roles: 'user operator' })).toMatchObject({ userId: 'ops', operator: true })
  })

  it.each([['operators'], [['Operator']], [{ operator: true }], [true], ['user,operator'], [[['operator']]]])(
    'makes no operator of roles %j',
    async (roles) => {
      expect(await actorOf({ sub: 'zhang', roles })).toMatchObject({ operator: false })
    },
  )

  it('is good until exp and from nbf on', async () => {
    expect(await actorOf({ sub: 'zhang', exp: inSeconds(60), nbf: inSeconds(-60) })).toMatchObject({ userId: 'zhang' })
    await expect(actorOf({ sub: 'zhang', exp: inSeconds(-1) })).rejects.toMatchObject({ code: 'not_authenticated' })
    await expect(actorOf({ sub: 'zhang', nbf: inSeconds(60) })).rejects.toMatchObject({ code: 'not_authenticated' })
    await expect(actorOf({ sub: 'zhang', exp: 'never' })).rejects.toMatchObject({ code: 'not_authenticated' })
  })

  it('is not refused because its issuer’s clock is a little ahead', async () => {
    expect(await actorOf({ sub: 'zhang', iat: inSeconds(2) })).toMatchObject({ userId: 'zhang' })
  })

  it.each([[undefined], [''], [7], ['张三'], ['x'.repeat(65)], ['a b'], [null], [['zhang']]])(
    'is refused with sub %j',
    async (sub) => {
      await expect(actorOf({ sub })).rejects.toMatchObject({ code: 'not_authenticated' })
    },
  )

  it('is HS256 alone: no other algorithm, and never none', async () => {
    const longer = await sign({ sub: 'zhang' }, SECRET, 'HS512')
    const unsigned = (alg: string) => `${base64url({ alg, typ: 'JWT' })}.${base64url({ sub: 'zhang' })}.`
    for (const token of [longer, unsigned('none'), unsigned('None'), `${unsigned('none')}AAAA`, unsigned('HS256')]) {
      await expect(authenticate(requestWith(`Bearer ${token}`))).rejects.toMatchObject({ code: 'not_authenticated' })
    }
  })

  it('is refused when its payload was changed', async () => {
    const [head, , signature] = (await sign({ sub: 'zhang' }, SECRET)).split('.')
    const changed = `${head}.${base64url({ sub: 'li' })}.${signature}`
    await expect(authenticate(requestWith(`Bearer ${changed}`))).rejects.toMatchObject({ code: 'not_authenticated' })
  })

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer a',
    'Bearer a.b',
    'Bearer a.b.c',
    'Bearer a.b.c.d',
    'Basic emhhbmc6eA==',
    `Bearer ${base64url('null')}.${base64url('null')}.AAAA`,
    `Bearer ${base64url('[]')}.${base64url('{}')}.AAAA`,
    `Bearer ${base64url({ alg: 'HS256' })}.${base64url('not json')}.AAAA`,
    `Bearer ${'a'.repeat(9_000)}.b.c`,
  ])('is refused as malformed: %j', async (authorization) => {
    await expect(authenticate(requestWith(authorization))).rejects.toMatchObject({ code: 'not_authenticated' })
  })

  it('may be sent with the scheme in any case', async () => {
    const token = await sign({ sub: 'zhang' }, SECRET)
    expect(await authenticate(requestWith(`bearer ${token}`))).toMatchObject({ userId: 'zhang' })
  })

  it('may be signed with a secret that has the word PUBLIC in it', async () => {
    const secret = 'NOT FOR THE PUBLIC, and PRIVATE too'
    const key = await crypto.subtle.importKey('raw', Buffer.from(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ])
    const token = await sign({ sub: 'zhang' }, key, 'HS256')
    const actor = await bearerAuthentication({ secret })(requestWith(`Bearer ${token}`))
    expect(actor).toMatchObject({ userId: 'zhang' })
  })

  it.each(['', 'x'.repeat(31)])('cannot be checked with the secret %j, which is shorter than 32 bytes', (secret) => {
    expect(() => bearerAuthentication({ secret })).toThrow('32 bytes')
  })

  it('is refused without exp', async () => {
    await expect(actorOf({ sub: 'zhang', exp: undefined })).rejects.toMatchObject(refused)
  })

  it('is refused with an exp that is infinite, which is the same as none', async () => {
    const token = await signTexts('{"alg":"HS256"}', '{"sub":"zhang","exp":1e400}', SECRET)
    await expect(authenticate(requestWith(`Bearer ${token}`))).rejects.toMatchObject(refused)
  })

  it.each(['JWT', 'at+jwt', 'application/at+jwt'])('may be of type %s', async (typ) => {
    const token = await signTexts(JSON.stringify({ alg: 'HS256', typ }), claimsOf({ sub: 'zhang' }), SECRET)
    expect(await authenticate(requestWith(`Bearer ${token}`))).toMatchObject({ userId: 'zhang' })
  })

  it.each(['logout+jwt', 'dpop+jwt', 7])('is refused when it is of type %s', async (typ) => {
    const token = await signTexts(JSON.stringify({ alg: 'HS256', typ }), claimsOf({ sub: 'zhang' }), SECRET)
    await expect(authenticate(requestWith(`Bearer ${token}`))).rejects.toMatchObject(refused)
  })

  it.each([
    ['{"alg":"HS256"}', `{"sub":"zhang","exp":${inSeconds(60)},"sub":"li"}`],
    ['{"alg":"HS256"}', `{"sub":"zhang","exp":${inSeconds(60)},"\\u0073ub":"li"}`],
    ['{"alg":"HS256"}', `{"sub":"zhang","exp":${inSeconds(60)},"more":[{"a":1,"a":2}]}`],
    ['{"alg":"HS256","alg":"HS256"}', `{"sub":"zhang","exp":${inSeconds(60)}}`],
  ])('is refused with a member twice: %s %s', async (header, claims) => {
    const token = await signTexts(header, claims, SECRET)
    await expect(authenticate(requestWith(`Bearer ${token}`))).rejects.toMatchObject(refused)
  })

  it('may name one member in two objects', async () => {
    const claims = `{"sub":"zhang","exp":${inSeconds(60)},"a":{"sub":1,"b":[{"sub":2},{"sub":"{,\\":"}]}}`
    const token = await signTexts('{"alg":"HS256"}', claims, SECRET)
    expect(await authenticate(requestWith(`Bearer ${token}`))).toMatchObject({ userId: 'zhang' })
  })
})

describe('the audience and the issuer of a token', () => {
  const strict = bearerAuthentication({ secret: SECRET, audience: 'shop', issuer: 'https://login.example.com' })
  const good = { sub: 'zhang', aud: 'shop', iss: 'https://login.example.com' }
  const strictly = async (claims: Record<string, unknown>) =>
    strict(requestWith(`Bearer ${await sign({ ...good, ...claims }, SECRET)}`))

  it('are accepted when the settings name them', async () => {
    expect(await strictly({})).toMatchObject({ userId: 'zhang' })
    expect(await strictly({ aud: ['other', 'shop'] })).toMatchObject({ userId: 'zhang' })
  })

  it.each([
    [{ aud: 'other' }],
    [{ aud: undefined }],
    [{ aud: ['Shop'] }],
    [{ iss: 'https://login.example.com/' }],
    [{ iss: undefined }],
  ])('are refused as %j when the settings name others', async (claims) => {
    await expect(strictly(claims)).rejects.toMatchObject(refused)
  })

  it.each([['price:60202'], ['orders:60202'], [['shop', 'price:60202']], ['price:']])(
    'are refused on a common route when the audience is %j',
    async (aud) => {
      await expect(actorOf({ sub: 'zhang', roles: ['operator'], aud })).rejects.toMatchObject(refused)
    },
  )
})
