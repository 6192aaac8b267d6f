/** Control characters, and those that change the direction of a line: a terminal would obey them. */
const CONTROL_CHARACTER_PATTERN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** One line of somebody else's text for a terminal: what a terminal would obey is written out, such as `\u{1b}`. */
export const printable = (text: string): string =>
  text.replace(CONTROL_CHARACTER_PATTERN, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`)
