import { userId } from '@coursepay/core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { VerifiedTokens } from '../src/authentication/verified-tokens.js'
import { bearerAuthentication } from '../src/index.js'
import { SECRET } from './shop.js'
import { sign } from './sign.js'

const NOW = 1_767_323_045
const callerNamed = (name: string) => ({ userId: userId(name), operator: false })

describe('a token that was good before', () => {
  it('is good again without another look at its signature, until exp', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1_000 })
    onTestFinished(() => void vi.useRealTimers())
    const verifying = vi.spyOn(crypto.subtle, 'verify')
    onTestFinished(() => verifying.mockRestore())
    const authenticate = bearerAuthentication({ secret: SECRET })
    const token = await sign({ sub: 'zhang', exp: NOW + 60 }, SECRET)
    const ask = (text: string) =>
      authenticate(new Request('http://localhost/', { headers: { Authorization: `Bearer ${text}` } }))
    for (const _ of [1, 2, 3]) expect(await ask(token)).toMatchObject({ userId: 'zhang' })
    expect(verifying).toHaveBeenCalledTimes(1)
    const forged = `${token.slice(0, -2)}AA`
    await expect(ask(forged)).rejects.toMatchObject({ code: 'not_authenticated' })
    vi.setSystemTime((NOW + 60) * 1_000)
    await expect(ask(token)).rejects.toMatchObject({ code: 'not_authenticated' })
  })

  it.each([
    ['its end has come', { exp: NOW }, false],
    ['its end is to come', { exp: NOW + 1 }, true],
    ['it is not good yet', { exp: NOW + 1, nbf: NOW + 1 }, false],
    ['it is good from now on', { exp: NOW + 1, nbf: NOW }, true],
    ['it names no end', {}, false],
    ['its end is no time', { exp: 'never' }, false],
  ])('of which %s: its caller is found only while it is valid', (_, claims, isValid) => {
    const tokens = new VerifiedTokens()
    const caller = callerNamed('zhang')
    tokens.add('token', { claims, caller })
    expect(tokens.find('token', NOW)).toEqual(isValid ? caller : undefined)
  })

  it('is dropped when more tokens are kept than the limit and it was used least recently', () => {
    const tokens = new VerifiedTokens()
    const add = (name: string) => tokens.add(name, { claims: { exp: NOW + 1 }, caller: callerNamed(name) })
    for (let number = 0; number < 1_000; number += 1) add(String(number))
    expect(tokens.find('0', NOW)).toMatchObject({ userId: '0' })
    add('1000')
    expect([tokens.find('0', NOW), tokens.find('1', NOW)]).toMatchObject([{ userId: '0' }, undefined])
  })
})
