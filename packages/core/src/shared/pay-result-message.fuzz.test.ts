import { describe, expect, it } from 'vitest'
import { CheckoutError } from './checkout-error.js'
import { MAX_MESSAGE_BYTES, type ReceivedMessage, readPayResultMessage } from './pay-result-message.js'

/** `FUZZ_INPUTS=1000000` for a long run. */
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 100_000)
/** A test takes some seconds for 10^5 inputs, and longer on a busy machine. */
const TIMEOUT_MS = Math.max(60_000, 5 * INPUTS)
const MAX_CPU_MS = 50

/** Mulberry32: the same inputs in each run. */
function createRandom(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
type Random = ReturnType<typeof createRandom>

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random(items.length)] as Item

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

/** A body of which is known beforehand whether it may be accepted. */
function knownBody(random: Random): { readonly text: string; readonly accepted: boolean } {
  const valid = (choices: readonly Member[]) => choices.filter((each) => each.valid)
  const chosen = required.map((choices) => pick(random, random(20) === 0 ? choices : valid(choices)))
  for (const choices of optional)
    if (random(3) === 0) chosen.push(pick(random, random(10) === 0 ? choices : valid(choices)))
  const isTwice = random(4) === 0
  if (isTwice) chosen.splice(random(chosen.length + 1), 0, pick(random, chosen))
  const missing = random(20) === 0 ? random(required.length) : -1
  const left = chosen.filter(({ name }) => missing < 0 || name !== required[missing]?.[0]?.name)
  const names = new Set(left.map(({ name }) => name))
  const accepted = missing < 0 && names.size === left.length && left.every((each) => each.valid)
  return { text: `{${left.map((each) => written(random, each)).join(',')}}`, accepted }
}

function written(random: Random, { name, text }: Member): string {
  const blank = () => pick(random, ['', '', ' ', '\t\r\n'])
  const letters = [...name].map((letter) =>
    random(8) === 0 ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
  )
  return `${blank()}"${letters.join('')}"${blank()}:${blank()}${text}${blank()}`
}

const PIECES = [
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

function mutated(random: Random, text: string): string {
  let result = text
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const at = random(result.length + 1)
    result = result.slice(0, at) + pick(random, PIECES) + result.slice(at + random(3))
  }
  return result
}

/** One piece over and over, below and above the size limit: what a reader that backtracks is slow on. */
function repeated(random: Random): string {
  const piece = pick(random, PIECES) + pick(random, [...PIECES, ''])
  const body = piece.repeat(Math.ceil(pick(random, [100, 6_000, MAX_MESSAGE_BYTES - 99, 160_000]) / piece.length))
  return pick(random, [body, `{"id":${body}`, `{"id":"${body}"}`, `{"more":[${body}]}`, `${body}e`, `${body}"`])
}

function readOrRefuse(text: string): ReceivedMessage | null {
  try {
    return readPayResultMessage(text)
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'invalid_request') return null
    throw error
  }
}

/** Node 22.14 counts a process as a whole, newer ones this thread too. */
const cpuUsage = process.threadCpuUsage ?? process.cpuUsage

/** CPU time, so that a busy machine makes no input slow. */
function slowestOf(
  texts: Iterable<string>,
  check: (text: string) => void,
): { readonly text: string; readonly ms: number } {
  let slowest = { text: '', ms: 0 }
  for (const text of texts) {
    const before = cpuUsage()
    check(text)
    const { user, system } = cpuUsage(before)
    const ms = (user + system) / 1_000
    if (ms > slowest.ms) slowest = { text: text.slice(0, 80), ms }
  }
  return slowest
}

/** Accepted is only what is JSON, and each member is what `JSON.parse` returns. */
function holdsToParse(text: string): void {
  const message = readOrRefuse(text)
  if (message === null) return
  const parsed = JSON.parse(text)
  for (const name of ['id', 'messageType', 'businessKey1', 'businessKey2'] as const) {
    if (typeof parsed[name] === 'string') expect(message[name]).toBe(parsed[name])
    else expect([text.includes(message[name]), Number(message[name])]).toEqual([true, parsed[name]])
  }
}

describe('the reader of messages under fuzzing', () => {
  it(
    'accepts exactly the bodies whose members are valid and stand there once',
    () => {
      const random = createRandom(1)
      const tally = { accepted: 0, refused: 0 }
      for (let count = 0; count < INPUTS; count += 1) {
        const { text, accepted } = knownBody(random)
        if ((readOrRefuse(text) !== null) !== accepted)
          expect({ text, accepted: !accepted }).toEqual({ text, accepted })
        tally[accepted ? 'accepted' : 'refused'] += 1
      }
      expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(INPUTS / 10)
    },
    TIMEOUT_MS,
  )

  it(
    'takes at most 50 ms for any input, and accepts nothing that it reads otherwise than JSON.parse',
    () => {
      const random = createRandom(2)
      function* texts() {
        for (let count = 0; count < INPUTS; count += 1) {
          yield count % 50 === 0 ? repeated(random) : mutated(random, knownBody(random).text)
        }
      }
      expect(slowestOf(texts(), holdsToParse)).toMatchObject({ ms: expect.toSatisfy((ms: number) => ms < MAX_CPU_MS) })
    },
    TIMEOUT_MS,
  )
})
