import { describe, expect, it } from 'vitest'
import { hasRepeatedMember } from '../src/authentication/unique-members.js'
import { bearerAuthentication } from '../src/index.js'
import { blockingApp, productFor } from '../src/pages/device.js'
import { preferredLanguage } from '../src/pages/language.js'
import { addOrder, openShop, SECRET } from './shop.js'
import { sign } from './sign.js'
import { cpuMs, createRandom, FUZZ_TIMEOUT_MS, INPUTS, MAX_CPU_MS, mutate, pick, type Random } from './support/fuzz.js'

/** A JSON text, and whether one of its objects has a member twice. */
function jsonText(random: Random, depth: number): { readonly text: string; readonly repeated: boolean } {
  const kind = random(depth > 3 ? 3 : 5)
  if (kind < 3)
    return {
      text: pick(random, ['1', 'null', '"a"', '"{\\"a\\":1,\\"a\\":2}"', '"\\\\"', '":,"', '"]}"']),
      repeated: false,
    }
  const children = Array.from({ length: random(4) }, () => jsonText(random, depth + 1))
  const repeatedInside = children.some(({ repeated }) => repeated)
  if (kind === 3) return { text: `[${children.map(({ text }) => text).join(' , ')}]`, repeated: repeatedInside }
  const names = children.map(() => pick(random, ['"a"', '"\\u0061"', '"b"', '"__proto__"', '"a\\""', '":"', '""']))
  const members = children.map(({ text }, place) => `${names[place]} :${text}`)
  const isRepeated = new Set(names.map((name) => JSON.parse(name))).size < names.length
  return { text: `{${members.join(',')}}`, repeated: isRepeated || repeatedInside }
}

describe('what strangers send', () => {
  it(
    `tells a member twice in ${INPUTS} JSON texts`,
    () => {
      const random = createRandom(1)
      for (let count = 0; count < INPUTS; count += 1) {
        const { text, repeated } = jsonText(random, 0)
        if (hasRepeatedMember(text) !== repeated)
          throw new Error(`${text} is taken for ${repeated ? 'unique' : 'repeated'}.`)
      }
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    `accepts none of ${INPUTS} changed tokens`,
    async () => {
      const random = createRandom(2)
      const authenticate = bearerAuthentication({ secret: SECRET })
      const token = await sign({ sub: 'zhang', roles: ['user'] }, SECRET)
      const [head = '', claims = '', signature = ''] = token.split('.')
      const decoded = (text: string) => Buffer.from(text, 'base64url').toString('latin1')
      const isSame = (text: string) => {
        const [someHead, someClaims, someSignature = ''] = text.split('.')
        return someHead === head && someClaims === claims && decoded(someSignature) === decoded(signature)
      }
      for (let count = 0; count < INPUTS; count += 1) {
        const changed = mutate(random, token, 'ABCabc019-_.=/+ \n')
        const headers = new Headers()
        try {
          headers.set('Authorization', `Bearer ${changed}`)
        } catch {
          continue
        }
        const outcome = await authenticate(new Request('http://localhost/', { headers })).catch(({ code }) => code)
        if (outcome !== 'not_authenticated' && !isSame(changed.trim())) throw new Error(`Accepted: ${changed}`)
      }
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    `answers ${INPUTS / 20} requests without a failure of its own`,
    async () => {
      const random = createRandom(3)
      const shop = await openShop({ writeLimit: null })
      const body = JSON.stringify(addOrder(await shop.choose()))
      const grant = JSON.stringify({ userId: 'li', courseId: '1', days: 3, reason: 'x', key: 'k' })
      const query = 'status=600001&userId=zhang&from=2026-01-01&to=2026-01-02T00:00:00Z&minAmount=1.00&after=1-1&size=5'
      const alphabet = '"{}[]:,\\0189.eE-+ %&=uD8\u0000\ud800张'
      const send = [
        () => shop.zhang.post('/api/orders/generatepaycode', mutate(random, body, alphabet)),
        () => shop.operator.post('/api/ops/entitlements', mutate(random, grant, alphabet)),
        () => shop.operator.get(`/api/ops/orders?${encodeURI(mutate(random, query, '%&=+0189-:.TZ').toWellFormed())}`),
        () => shop.nobody.get(`/p/${encodeURIComponent(mutate(random, 'AbCdEf0123', alphabet).toWellFormed())}`),
      ]
      for (let count = 0; count < INPUTS / 20; count += 1) {
        const { status } = await pick(random, send)()
        if (status >= 500) throw new Error(`Input ${count} is answered ${status}.`)
      }
    },
    FUZZ_TIMEOUT_MS,
  )

  it('costs no more for being long', () => {
    const parts = [
      'a',
      ' ',
      ',',
      ';',
      '=',
      '.',
      '"',
      '\\',
      '{',
      '"a":',
      'QQ/',
      'Mobi',
      'zh;q=0.1,',
      'Bearer ',
      'a.b.',
      '-',
      '"\\u0061":1,',
    ]
    for (const part of parts) {
      for (const read of [preferredLanguage, blockingApp, productFor, hasRepeatedMemberOf]) {
        const text = part.repeat(16_384 / part.length)
        expect([part, read.name, cpuMs(() => read(text)) < MAX_CPU_MS]).toEqual([part, read.name, true])
      }
    }
  })
})

/** Only what is JSON is looked through. */
function hasRepeatedMemberOf(text: string): boolean {
  return hasRepeatedMember(JSON.stringify({ text, list: [text, { [text]: text }] }))
}
