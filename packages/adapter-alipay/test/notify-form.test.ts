import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldBytesOfForm, readNotifyFormOrRejection } from '../src/notification/notify-form.js'

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

/** What a form is, by the letter: split at & and =, plus signs and percent signs decoded, each byte alone. */
function slowly(body: string): Map<string, string> | 'repeated_field' {
  const decode = (text: string) =>
    text
      .replaceAll('+', ' ')
      .replace(/%([0-9a-fA-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
  const fields = new Map<string, string>()
  for (const pair of body.split('&').filter((each) => each !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
    if (fields.has(decode(name))) return 'repeated_field'
    fields.set(decode(name), decode(value))
  }
  return fields
}

const piece = fc.oneof(
  fc.constantFrom(
    '&',
    '=',
    '+',
    '%',
    '?',
    '%E4%B8%AD',
    '%ff',
    '%2',
    '%EF%BF%BD',
    'charset=GBK',
    'charset=utf-8',
    '__proto__',
    '\xff',
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 3 }),
)
const bodies = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))

describe('the form of a notification', () => {
  it('given any bytes, then its fields are those bytes, whichever parser read them', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const form = readNotifyFormOrRejection(Buffer.from(body, 'latin1'))
        if (form === 'malformed_body') return
        const read =
          form === 'repeated_field'
            ? form
            : new Map([...fieldBytesOfForm(form)].map(([name, bytes]) => [name, latin1(bytes)]))
        expect(read).toEqual(slowly(body))
      }),
      { numRuns: 3_000 },
    )
  })

  it('given bytes that are no text of their charset, then it is malformed, and never read with something else in their place', () => {
    for (const body of ['a=%ff', 'a=%E4%B8']) {
      expect(readNotifyFormOrRejection(Buffer.from(body))).toBe('malformed_body')
    }
    expect(readNotifyFormOrRejection(Buffer.from('a=%EF%BF%BD'))).toMatchObject({ fields: { a: '\ufffd' } })
  })
})
