import { create } from 'qrcode'

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
export const qrOptions = { errorCorrectionLevel: 'M', maskPattern: 2 } as const

export function qrCode(text: string): QrCode {
  const { version, modules } = create([{ data: new TextEncoder().encode(text), mode: 'byte' }], qrOptions)
  const { size, data } = modules
  return {
    version,
    side: size,
    isDark: (x, y) => x >= 0 && y >= 0 && x < size && y < size && data[y * size + x] === 1,
    modules: data,
  }
}
