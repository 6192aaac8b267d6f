import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitAnswer, textFieldsOfJson } from '../src/client/answer-text.js'

const METHOD = 'alipay.trade.query'
const NODE = '{"code":"10000","msg":"a \\"} , { b","x":{"sign":"inner","list":["]",1]}}'
const split = (text: string) => splitAnswer(text, METHOD)

describe('the text of an answer', () => {
  it('gives out the node as it was signed, whatever stands in it', () => {
    expect(split(`{"alipay_trade_query_response":${NODE},"alipay_cert_sn":"ab","sign":"c2ln"}`)).toEqual({
      node: NODE,
      sign: 'c2ln',
      certSn: 'ab',
      isError: false,
    })
    expect(split(` {\n"sign" : "c2ln" ,\n"alipay_trade_query_response" : ${NODE}\n} `)?.node).toBe(NODE)
  })

  it.each([
    ['the node stands twice', `{"alipay_trade_query_response":${NODE},"sign":"a","alipay_trade_query_response":{}}`],
    [
      'the second node is spelt with an escape',
      `{"alipay_trade_query_response":${NODE},"sign":"a","alipay_trade\\u005fquery_response":{}}`,
    ],
    ['the only node is spelt with an escape', `{"alipay_trade\\u005fquery_response":${NODE},"sign":"a"}`],
    ['the signature stands twice', `{"alipay_trade_query_response":${NODE},"sign":"a","sign":"b"}`],
    ['the node is a text', '{"alipay_trade_query_response":"{}","sign":"a"}'],
    ['another method answers', `{"alipay_trade_close_response":${NODE},"sign":"a"}`],
    ['it is a list', `[{"alipay_trade_query_response":${NODE},"sign":"a"}]`],
    ['it is cut off', `{"alipay_trade_query_response":${NODE}`],
    ['it is empty', ''],
    ['it is a page', '<html></html>'],
  ])('is refused when %s', (_, text) => {
    expect(split(text)).toBeNull()
  })

  it('shows an unsigned refusal as one', () => {
    const text = '{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id"}}'
    expect(split(text)).toMatchObject({ sign: null, isError: true })
    expect(textFieldsOfJson(split(text)?.node ?? '')).toEqual({ code: '40002', sub_code: 'isv.invalid-app-id' })
  })

  it('yields, for any JSON, a node whose parse is what JSON.parse finds under that name', () => {
    const spaced = fc.constantFrom(undefined, 1, '\t')
    const answers = fc.record({ node: fc.dictionary(fc.string(), fc.jsonValue()), more: fc.jsonValue(), space: spaced })
    fc.assert(
      fc.property(answers, ({ node, more, space }) => {
        const text = JSON.stringify({ more, alipay_trade_query_response: node, sign: 'a' }, null, space)
        expect(JSON.parse(split(text)?.node ?? 'null')).toEqual(JSON.parse(text).alipay_trade_query_response)
      }),
      { numRuns: 2_000 },
    )
  })
})
