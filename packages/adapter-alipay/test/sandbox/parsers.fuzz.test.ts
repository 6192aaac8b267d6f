import { describe, expect, it } from 'vitest'
import { damagedInputs, expectFast, FUZZ_TIMEOUT_MS } from '../../../../tools/fuzz/fuzz.js'
import { findPayForm } from '../../sandbox/buyer.js'
import { isFaultRule } from '../../sandbox/faults/kinds.js'
import { formatBeijing, formatYuan, parseBeijing, parseYuan } from '../../sandbox/formats.js'
import { BusinessContent, parseParameters } from '../../sandbox/gateway/request.js'

describe('under fuzzing, the parsers of the sandbox', () => {
  it(
    'read requests as they are, and are fast',
    async () => {
      const good = [
        'app_id=2021&biz_content=%7B%22out_trade_no%22%3A%22T1%22%7D&sign=a%2Bb',
        '{"out_trade_no":"T1","total_amount":88.8,"__proto__":{"text":1}}',
      ]
      const pieces = ['&', '=', '%', '%7B', '+', '"', '{', '}', '[', ',', ':', '\\', '__proto__', '1', '课', '\0']
      await expectFast(damagedInputs(11, good, { pieces, maxLength: 20_000 }), (text) => {
        const { values } = parseParameters(new URLSearchParams(text), text)
        if ([...new URLSearchParams(text)].some(([name]) => values[name] === undefined)) expect(text).toBe('read')
        const content = BusinessContent.parse(text)
        if (content !== undefined && text !== '')
          expect(content.value('total_amount')).toEqual(JSON.parse(text).total_amount)
      })
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'read pay forms, amounts and times in their one form, and are fast',
    async () => {
      const form =
        '<form action="/gateway.do?a=1&amp;b=2" method="post"><input name="a" value="&quot;x&quot;" /></form>'
      const pieces = [
        '<form',
        '<input',
        '"',
        '>',
        '/>',
        '</form>',
        '&',
        '&#1;',
        '&amp',
        ' name="',
        ' value="',
        'method="post"',
        '9',
        '.',
        '-',
      ]
      await expectFast(
        damagedInputs(12, [form, '88.80', '2026-11-22 08:00:00'], { pieces, maxLength: 100_000 }),
        (text) => {
          findPayForm(text)
          isFaultRule({ at: text, kind: text })
          const fen = parseYuan(text)
          if (fen !== undefined) expect(Number(formatYuan(fen))).toBe(Number(text))
          const at = parseBeijing(text)
          if (at !== undefined) expect(formatBeijing(at)).toContain(text)
        },
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})
