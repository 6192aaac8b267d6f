import { QUIET_ZONE, qrCode } from './qr-code.js'

const BLACK_ON_WHITE = '\u001b[30;107m'
const ANSI_RESET = '\u001b[0m'
/** Which half of a character cell is dark. */
const HALF_BLOCKS = { both: '█', upper: '▀', lower: '▄', none: ' ' } as const

/**
 * A QR for a terminal, two rows of modules in a line, in colours of its own so that a dark terminal does not invert it.
 */
export function qrAsText(text: string): string {
  const code = qrCode(text)
  const end = code.side + QUIET_ZONE
  const lines: string[] = []
  for (let y = -QUIET_ZONE; y < end; y += 2) {
    let line = ''
    for (let x = -QUIET_ZONE; x < end; x += 1) line += halfBlockOf(code.isDark(x, y), code.isDark(x, y + 1))
    lines.push(BLACK_ON_WHITE + line + ANSI_RESET)
  }
  return lines.join('\n')
}

function halfBlockOf(upper: boolean, lower: boolean): string {
  if (upper) return lower ? HALF_BLOCKS.both : HALF_BLOCKS.upper
  return lower ? HALF_BLOCKS.lower : HALF_BLOCKS.none
}
