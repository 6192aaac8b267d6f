import { expect, it } from 'vitest'
import { createProgress } from './progress.js'

function output(isTTY: boolean) {
  const written: string[] = []
  const write = (text: string | Uint8Array) => {
    written.push(String(text))
    return true
  }
  return { written, stream: { isTTY, columns: 20, write } }
}

it('given a terminal, then one line is written over, cut to its width, and stays at the end', () => {
  const { written, stream } = output(true)
  const progress = createProgress(stream, { everyMs: 1_000, quietMs: 1_000 })
  progress.tell('1 of 2 purchases')
  progress.tell('2 of 2 purchases and a long rest')
  progress.end()
  expect(written).toEqual(['\r\x1b[K1 of 2 purchases', '\r\x1b[K2 of 2 purchases an', '\n'])
})

it('given a terminal and nothing to tell, then nothing is written', () => {
  const { written, stream } = output(true)
  createProgress(stream, { everyMs: 1_000 }).end()
  expect(written).toEqual([])
})

it('given no terminal, then plain lines come at their pace, and none before the quiet time is over', () => {
  const { written, stream } = output(false)
  let now = 0
  const progress = createProgress(stream, { everyMs: 5_000, quietMs: 2_000, now: () => now })
  for (const [at, line] of [
    [1_999, 'too soon'],
    [2_000, 'first'],
    [6_999, 'too soon again'],
    [7_000, 'second'],
  ] as const) {
    now = at
    progress.tell(line)
  }
  progress.end()
  expect(written).toEqual(['first\n', 'second\n'])
})
