import { create, toDataURL } from 'qrcode'

/** A QR symbol as rows of modules, true for dark. */
export interface QrCode {
  /** 1 to 40; the side has `17 + 4 × version` modules. */
  readonly version: number
  readonly side: number
  isDark(x: number, y: number): boolean
  /** Row by row, 1 for dark. */
  readonly modules: Uint8Array
}

/** Light modules that ISO/IEC 18004 asks for around a symbol. */
export const QUIET_ZONE = 4

/**
 * Level M, one byte segment, and a mask that is fixed: trying all eight costs ten times as much, and every reader takes
 * any of them. Mask 2 (columns by three) leaves an address no long runs.
 */
const qrOptions = { errorCorrectionLevel: 'M', maskPattern: 2 } as const

export function encodeQrCode(text: string): QrCode {
  const { version, modules } = create([{ data: new TextEncoder().encode(text), mode: 'byte' }], qrOptions)
  const { size, data } = modules
  return {
    version,
    side: size,
    isDark: (x, y) => x >= 0 && y >= 0 && x < size && y < size && data[y * size + x] === 1,
    modules: data,
  }
}

export type QrFormat = 'svg' | 'png'

/** Draws a text as a QR that `<img src>` shows. */
export interface QrRenderer {
  /** Outcome: a `data:` URL. Errors: the text is longer than a QR can hold. Concurrency: safe. */
  dataUrl(text: string, format: QrFormat): Promise<string>
}

/** Pixels for each module. A PNG takes 4 ms of this thread at six and 12 ms at ten; an SVG takes 0.05 ms. */
const PNG_SCALE = 6

export const defaultQrRenderer: QrRenderer = {
  async dataUrl(text, format) {
    if (format === 'png') return toDataURL(text, { ...qrOptions, margin: QUIET_ZONE, scale: PNG_SCALE })
    return `data:image/svg+xml;base64,${btoa(qrAsSvg(encodeQrCode(text)))}`
  },
}

/** The symbol as an SVG: one path, a line for each run of dark modules. */
function qrAsSvg(code: QrCode): string {
  const side = code.side + 2 * QUIET_ZONE
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/>` +
    `<path stroke="#000" d="${svgPathOf(code)}"/></svg>`
  )
}

/**
 * A row begins at a place of its own, and moves on from there: the form that the qrcode package writes, a third
 * shorter.
 */
function svgPathOf({ side, modules }: QrCode): string {
  let path = ''
  for (let y = 0, row = 0; y < side; y += 1, row += side) {
    let end = -1
    for (let x = 0; x < side; x += 1) {
      if (modules[row + x] !== 1) continue
      const start = x
      while (x < side && modules[row + x] === 1) x += 1
      path +=
        end === -1
          ? `M${start + QUIET_ZONE} ${y + QUIET_ZONE}.5h${x - start}`
          : svgStrokeSegment(start - end, x - start)
      end = x
    }
  }
  return path
}

const strokePathByGapAndRun: string[][] = []

/** Kept: a symbol has hundreds of strokes but few different ones, and to write their text is half of the drawing. */
function svgStrokeSegment(gap: number, run: number): string {
  strokePathByGapAndRun[gap] ??= []
  strokePathByGapAndRun[gap][run] ??= `m${gap} 0h${run}`
  return strokePathByGapAndRun[gap][run]
}

const BLACK_ON_WHITE = '\u001b[30;107m'
const ANSI_RESET = '\u001b[0m'
/** Which half of a character cell is dark. */
const HALF_BLOCKS = { both: '█', upper: '▀', lower: '▄', none: ' ' } as const

/**
 * A QR for a terminal, two rows of modules in a line, in colours of its own so that a dark terminal does not invert it.
 */
export function encodeQrForTerminal(text: string): string {
  const code = encodeQrCode(text)
  const end = code.side + QUIET_ZONE
  const lines: string[] = []
  for (let y = -QUIET_ZONE; y < end; y += 2) {
    let line = ''
    for (let x = -QUIET_ZONE; x < end; x += 1) line += halfBlockCharacter(code.isDark(x, y), code.isDark(x, y + 1))
    lines.push(BLACK_ON_WHITE + line + ANSI_RESET)
  }
  return lines.join('\n')
}

function halfBlockCharacter(upper: boolean, lower: boolean): string {
  if (upper) return lower ? HALF_BLOCKS.both : HALF_BLOCKS.upper
  return lower ? HALF_BLOCKS.lower : HALF_BLOCKS.none
}
