import { describe, it } from 'vitest'
import {
  createRandom,
  damagedInputs,
  expectFast,
  FUZZ_TIMEOUT_MS,
  INPUTS,
  mutate,
  pick,
  type Random,
  requireTrue,
} from '../../../tools/fuzz/fuzz.js'
import { hasRepeatedMember } from '../src/authentication/verify-token.js'
import { bearerAuthentication } from '../src/index.js'
import { blockingApp, preferredLanguage, productFor } from '../src/pages/browser.js'
import { addOrder, openShop, SECRET } from './shop.js'
import { sign } from './sign.js'

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
  const members = children.map(({ text }, index) => `${names[index]} :${text}`)
  const isRepeated = new Set(names.map((name) => JSON.parse(name))).size < names.length
  return { text: `{${members.join(',')}}`, repeated: isRepeated || repeatedInside }
}

describe('what strangers send', () => {
  it(
    `tells a member twice in ${INPUTS} JSON texts`,
    async () => {
      const random = createRandom(1)
      function* texts() {
        for (let count = 0; count < INPUTS; count += 1) yield jsonText(random, 0)
      }
      await expectFast(texts(), ({ text, repeated }) => requireTrue(hasRepeatedMember(text) === repeated))
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    `accepts none of ${INPUTS} changed tokens`,
    async () => {
      const authenticate = bearerAuthentication({ secret: SECRET })
      const token = await sign({ sub: 'zhang', roles: ['user'] }, SECRET)
      const [head = '', claims = '', signature = ''] = token.split('.')
      const decoded = (text: string) => Buffer.from(text, 'base64url').toString('latin1')
      const isSame = (text: string) => {
        const [someHead, someClaims, someSignature = ''] = text.split('.')
        return someHead === head && someClaims === claims && decoded(someSignature) === decoded(signature)
      }
      const pieces = [...'ABCabc019-_.=/+ ']
      await expectFast(damagedInputs(2, [token], { pieces, maxLength: 16_384 }), async (changed) => {
        const headers = new Headers({ Authorization: `Bearer ${changed}` })
        const outcome = await authenticate(new Request('http://localhost/', { headers })).catch(({ code }) => code)
        requireTrue(outcome === 'not_authenticated' || isSame(changed.trim()))
      })
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    `answers ${INPUTS} requests without a failure of its own`,
    async () => {
      const random = createRandom(3)
      const shop = await openShop({ writeLimit: null, log: { info: () => {}, error: () => {} } })
      const body = JSON.stringify(addOrder(await shop.choose()))
      const grant = JSON.stringify({ userId: 'li', courseId: '1', days: 3, reason: 'x', key: 'k' })
      const query = 'status=600001&userId=zhang&from=2026-01-01&to=2026-01-02T00:00:00Z&minAmount=1.00&after=1-1&size=5'
      const pieces = [...'"{}[]:,\\0189.eE-+ %&=uD8\u0000\ud800张']
      const ofQueries = [...'%&=+0189-:.TZ']
      const send = [
        () => shop.zhang.post('/api/orders/generatepaycode', mutate(random, body, pieces)),
        () => shop.operator.post('/api/ops/entitlements', mutate(random, grant, pieces)),
        () => shop.operator.get(`/api/ops/orders?${encodeURI(mutate(random, query, ofQueries).toWellFormed())}`),
        () => shop.nobody.get(`/p/${encodeURIComponent(mutate(random, 'AbCdEf0123', pieces).toWellFormed())}`),
      ]
      function* requests() {
        for (let count = 0; count < INPUTS; count += 1) yield pick(random, send)
      }
      await expectFast(requests(), async (request) => requireTrue((await request()).status < 500))
    },
    FUZZ_TIMEOUT_MS,
  )

  it('costs no more for being long', async () => {
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
    for (const read of [preferredLanguage, blockingApp, productFor, hasRepeatedMemberOf]) {
      const texts = parts.map((part) => part.repeat(16_384 / part.length))
      await expectFast(texts, (text) => void read(text))
    }
  })
})

/** Only what is JSON is looked through. */
function hasRepeatedMemberOf(text: string): boolean {
  return hasRepeatedMember(JSON.stringify({ text, list: [text, { [text]: text }] }))
}
