import { describe, expect, it } from 'vitest'
import { printable } from './printable.js'

describe('a text for the terminal', () => {
  it.each([
    ['Java编程思想 📚 «50%» é', 'Java编程思想 📚 «50%» é'],
    ['\u001b]0;title\u0007\u001b[2J', '\\u{1b}]0;title\\u{7}\\u{1b}[2J'],
    ['one\r\ntwo\tthree', 'one\\u{d}\\u{a}two\\u{9}three'],
    ['\u009b31m\u202etxt.exe\u200b\u2028', '\\u{9b}31m\\u{202e}txt.exe\\u{200b}\\u{2028}'],
  ])('%j is printed as %j', (text, printed) => {
    expect(printable(text)).toBe(printed)
  })
})
