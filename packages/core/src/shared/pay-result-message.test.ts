import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageId, orderId, outBusinessId, payNo, userId } from './identifiers.js'
import { fen } from './money.js'
import {
  MAX_MESSAGE_BYTES,
  type PayResultMessage,
  readPayResultMessage,
  writePayResultMessage,
} from './pay-result-message.js'
import { MessageType, OrderType } from './status-codes.js'

const message: PayResultMessage = {
  id: messageId('7123456789012345678'),
  messageType: MessageType.payResult,
  businessKey1: outBusinessId('7123456789012345679'),
  businessKey2: OrderType.course,
  businessKey3: null,
}
const withPayment: PayResultMessage = {
  ...message,
  orderId: orderId('7123456789012345601'),
  payNo: payNo('7123456789012345602'),
  userId: userId('user-7'),
  totalPrice: fen(9_900),
  paySuccessTime: Date.parse('2026-01-02T03:04:05.678Z'),
}
/** Letters that JSON has to escape, and such that take two, three and four bytes. */
const anyText = fc.string({ unit: fc.constantFrom(...'a7"\\\n\u0000é第📚{}:,') })
const malformed = expect.objectContaining({ code: 'invalid_request' })
const body = (changes: object) => JSON.stringify({ ...message, ...changes })

describe('the message of a paid order', () => {
  it('any message is the same after it is written and read', () => {
    const id = fc.bigInt(1n, 2n ** 63n - 1n).map((value) => messageId(String(value)))
    const businessKey3 = fc.option(anyText)
    fc.assert(
      fc.property(id, businessKey3, (id, businessKey3) => {
        const sent = { ...message, id, businessKey3 }
        expect(readPayResultMessage(writePayResultMessage(sent))).toEqual(sent)
      }),
    )
  })

  it('the members of a message stand in the sequence and under the names of the wire', () => {
    expect(writePayResultMessage(message)).toBe(
      '{"id":"7123456789012345678","messageType":"payresult_notify","businessKey1":"7123456789012345679",' +
        '"businessKey2":"60201","businessKey3":null}',
    )
  })

  it('carries what a consumer needs of the payment beside the five members of the seed', () => {
    const text = writePayResultMessage(withPayment)
    expect(JSON.parse(text)).toMatchObject({
      ...{ orderId: '7123456789012345601', payNo: '7123456789012345602', userId: 'user-7', totalPrice: '99.00' },
      paySuccessTime: '2026-01-02T11:04:05.678+08:00',
    })
    expect(readPayResultMessage(text)).toEqual(withPayment)
  })

  it('reads the ids of a payment from bare numbers of 19 digits, and a price from a number', () => {
    const text = writePayResultMessage(withPayment).replace(/"(\d{19}|99\.00)"/g, '$1')
    expect(readPayResultMessage(text.replace('Key1":7123456789012345679', 'Key1":"7123456789012345679"'))).toEqual(
      withPayment,
    )
  })

  it('takes a member of the payment that is null for one that is absent', () => {
    expect(readPayResultMessage(body({ orderId: null, userId: null, paySuccessTime: null }))).toEqual(message)
  })

  it.each([
    ...[{ orderId: '7x' }, { payNo: 7 }, { userId: '' }, { userId: {} }, { totalPrice: '1,00' }, { totalPrice: -1 }],
    ...[{ paySuccessTime: '2026-01-02' }, { paySuccessTime: 1_767_323_045_678 }],
    { paySuccessTime: '2026-13-02T03:04:05Z' },
  ])('refuses the payment member %j', (changes) => {
    expect(() => readPayResultMessage(body(changes))).toThrow(malformed)
  })

  it('reads a partial refund', () => {
    const { partialRefund: messageType } = MessageType
    expect(readPayResultMessage(body({ messageType })).messageType).toBe('partialrefund_notify')
  })

  it('refuses a body that names a member twice, also when one name is spelt with escapes', () => {
    for (const again of ['"id":"7"', '"\\u0069d" : "7"', '"more":{"id":1},"more":2', '"__proto__":1,"__proto__":2']) {
      expect(() => readPayResultMessage(body({}).replace('}', `,${again}}`))).toThrow(malformed)
    }
  })

  it('reads a body whose inner objects name a member twice', () => {
    expect(readPayResultMessage(body({}).replace('}', ',"more":[{"id":"a:b","id":{"id":1}}]}'))).toEqual(message)
  })

  it('refuses a long number that stands where a name must stand', () => {
    expect(() => readPayResultMessage(body({}).replace('}', ',7123456789012345678:1}'))).toThrow(malformed)
  })

  it('refuses a body above the size limit', () => {
    const fits = body({ more: '' })
    const padded = body({ more: 'x'.repeat(MAX_MESSAGE_BYTES - fits.length) })
    expect(readPayResultMessage(padded)).toEqual(message)
    expect(() => readPayResultMessage(`${padded} `)).toThrow(malformed)
  })

  it('members that are not of the message are not sent', () => {
    expect(writePayResultMessage({ ...message, token: 'secret' } as PayResultMessage)).not.toContain('secret')
  })

  it('an id that a Java service wrote as a bare number of 19 digits keeps every digit', () => {
    const text =
      '{"id":7123456789012345678,"messageType":"payresult_notify","businessKey1":7123456789012345679,"businessKey2":"60201"}'
    expect(readPayResultMessage(text)).toEqual(message)
  })

  it('digits inside of a text stay as they are', () => {
    const businessKey3 = 'no 7123456789012345678 and "7123456789012345678" \\ 1234567890123456789'
    expect(readPayResultMessage(body({ businessKey3 })).businessKey3).toBe(businessKey3)
  })

  it('an unknown type is read all the same', () => {
    expect(readPayResultMessage(body({ messageType: 'course_moved' })).messageType).toBe('course_moved')
  })

  it('unknown members are left alone', () => {
    expect(readPayResultMessage(body({ version: 2, more: { deep: [1] } }))).toEqual(message)
  })

  it('an absent third key is null', () => {
    expect(readPayResultMessage(body({ businessKey3: undefined })).businessKey3).toBeNull()
  })

  it.each([
    ...['', 'not json', '[]', 'null', '"text"', '7123456789012345678', '{"id":'],
    ...[body({ id: undefined }), body({ id: '0' }), body({ id: 7 }), body({ id: '9223372036854775808' })],
    ...[
      body({ messageType: '' }),
      body({ messageType: 7 }),
      body({ businessKey1: undefined }),
      body({ businessKey1: '' }),
    ],
    ...[body({ businessKey2: null }), body({ businessKey3: 7 }), body({ businessKey3: {} })],
  ])('the body %s is refused', (text) => {
    expect(() => readPayResultMessage(text)).toThrow(malformed)
  })

  it('any text is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.json()), (text) => {
        try {
          readPayResultMessage(text)
        } catch (error) {
          expect(error).toEqual(malformed)
        }
      }),
    )
  })
})
