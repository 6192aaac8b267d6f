import { describe, expect, it } from 'vitest'
import {
  createRandom,
  expectFast,
  FUZZ_TIMEOUT_MS,
  INPUTS,
  mutate,
  pick,
  type Random,
  requireTrue,
} from '../../../../tools/fuzz/fuzz.js'
import { CheckoutError } from './checkout-error.js'
import { MAX_MESSAGE_BYTES, type ReceivedPayResultMessage, readPayResultMessage } from './pay-result-message.js'

interface Member {
  readonly name: string
  readonly text: string
  readonly valid: boolean
}

const member = (name: string, valid: readonly string[], invalid: readonly string[]): readonly Member[] => [
  ...valid.map((text) => ({ name, text, valid: true })),
  ...invalid.map((text) => ({ name, text, valid: false })),
]
const LONG = '7123456789012345678'
const noText = ['7', 'null', '{}', '[]', '""', 'true']
const noId = ['7', 'null', '"0"', '-7123456789012345678', '9223372036854775808', '7123456789012345678.0', '71e17', '{}']
const required = [
  member('id', [LONG, `"${LONG}"`, '"7"', '"\\u0037"'], noId),
  member('messageType', ['"payresult_notify"', '"x:{\\"id\\":1}"'], noText),
  member('businessKey1', [LONG, '"7"', '"a\\\\"'], noText),
  member('businessKey2', ['"60201"', '"]}:"'], noText),
]
const optional = [
  member('businessKey3', ['null', '"k"', '""'], ['7', '{}']),
  member('orderId', ['null', LONG, `"${LONG}"`], ['7', '"x"']),
  member('userId', ['null', '"user-7"'], ['7', '""']),
  member('totalPrice', ['null', '"99.00"', '99', '0.5'], ['"99"', '-1', '0.001']),
  member('paySuccessTime', ['null', '"2026-01-02T11:04:05.678+08:00"'], ['7', '"now"']),
  member('more', ['1', '{"id":1,"id":2}', '[[":",{"id":"}"}]]', '"\\"id\\":1"', '1234567890123456789'], []),
  member('', ['1'], []),
]

const validOf = new Map([...required, ...optional].map((choices) => [choices, choices.filter((each) => each.valid)]))

/** A body of which is known beforehand whether it may be accepted. */
function knownBody(random: Random): { readonly text: string; readonly accepted: boolean } {
  const valid = (choices: readonly Member[]) => validOf.get(choices) ?? []
  const chosen = required.map((choices) => pick(random, random(20) === 0 ? choices : valid(choices)))
  for (const choices of optional)
    if (random(3) === 0) chosen.push(pick(random, random(10) === 0 ? choices : valid(choices)))
  const isTwice = random(4) === 0
  if (isTwice) chosen.splice(random(chosen.length + 1), 0, pick(random, chosen))
  const missing = random(20) === 0 ? random(required.length) : -1
  const left = chosen.filter(({ name }) => missing < 0 || name !== required[missing]?.[0]?.name)
  const names = new Set(left.map(({ name }) => name))
  const accepted = missing < 0 && names.size === left.length && left.every((each) => each.valid)
  return { text: `{${left.map((each) => writeMember(random, each)).join(',')}}`, accepted }
}

function writeMember(random: Random, { name, text }: Member): string {
  const blank = () => pick(random, ['', '', ' ', '\t\r\n'])
  const letters = [...name].map((letter) =>
    random(8) === 0 ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
  )
  return `${blank()}"${letters.join('')}"${blank()}:${blank()}${text}${blank()}`
}

const JSON_PIECES = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '1',
  LONG,
  '.',
  'e',
  '-',
  'id',
  '"id":',
  ' ',
  '\u0000',
  '第',
  '\ud800',
]

/** One piece over and over, below and above the size limit: what a reader that backtracks is slow on. */
function repeatPiece(random: Random): string {
  const piece = pick(random, JSON_PIECES) + pick(random, [...JSON_PIECES, ''])
  const body = piece.repeat(Math.ceil(pick(random, [100, 6_000, MAX_MESSAGE_BYTES - 99, 160_000]) / piece.length))
  return pick(random, [body, `{"id":${body}`, `{"id":"${body}"}`, `{"more":[${body}]}`, `${body}e`, `${body}"`])
}

function readOrRefuse(text: string): ReceivedPayResultMessage | null {
  try {
    return readPayResultMessage(text)
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'invalid_request') return null
    throw error
  }
}

/** Accepted is only what is JSON, and each member is what `JSON.parse` returns. */
function expectSameAsJsonParse(text: string): void {
  const message = readOrRefuse(text)
  if (message === null) return
  const parsed = JSON.parse(text)
  for (const name of ['id', 'messageType', 'businessKey1', 'businessKey2'] as const) {
    if (typeof parsed[name] === 'string') requireTrue(message[name] === parsed[name])
    else requireTrue(text.includes(message[name]) && Number(message[name]) === parsed[name])
  }
}

describe('the reader of messages under fuzzing', () => {
  it(
    'accepts exactly the bodies whose members are valid and stand there once',
    async () => {
      const random = createRandom(1)
      const tally = { accepted: 0, refused: 0 }
      function* bodies() {
        for (let count = 0; count < INPUTS; count += 1) yield knownBody(random)
      }
      await expectFast(bodies(), ({ text, accepted }) => {
        if ((readOrRefuse(text) !== null) !== accepted) throw new Error(accepted ? 'It is refused.' : 'It is accepted.')
        tally[accepted ? 'accepted' : 'refused'] += 1
      })
      expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(INPUTS / 10)
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'takes at most 50 ms for any input, and accepts nothing that it reads otherwise than JSON.parse',
    async () => {
      const random = createRandom(2)
      function* texts() {
        for (let count = 0; count < INPUTS; count += 1) {
          yield count % 200 === 0 ? repeatPiece(random) : mutate(random, knownBody(random).text, JSON_PIECES)
        }
      }
      await expectFast(texts(), expectSameAsJsonParse)
    },
    FUZZ_TIMEOUT_MS,
  )
})
