import { stripVTControlCharacters } from 'node:util'
import jsQR from 'jsqr'
import { describe, expect, it } from 'vitest'
import { defaultQrRenderer, encodeQrForTerminal } from '../src/index.js'
import { encodeQrCode, QUIET_ZONE } from '../src/qr-code.js'

const TOKEN = 'abcdefghijklmnopqrstuv'
const PAY_URL = `https://pay.example.com/p/${TOKEN}`
const SCALE = 4

type Grid = readonly (readonly boolean[])[]

/** Reads a symbol as a phone's camera would see it: dark squares on white. */
function scan(grid: Grid): string | undefined {
  const side = grid.length * SCALE
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  grid.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) blacken(pixels, side, x * SCALE, y * SCALE)
    })
  })
  return jsQR.default(pixels, side, side)?.data
}

function blacken(pixels: Uint8ClampedArray, side: number, left: number, top: number): void {
  for (let y = top; y < top + SCALE; y += 1) {
    for (let x = left; x < left + SCALE; x += 1) pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3)
  }
}

const light = (side: number): boolean[][] => Array.from({ length: side }, () => new Array<boolean>(side).fill(false))

/** Paints the lines of our SVG path. */
function gridOfSvg(svg: string): Grid {
  const grid = light(Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]))
  let [x, y] = [0, 0]
  for (const [, left, down, length, gap, next] of svg.matchAll(/M(\d+) (\d+)\.5h(\d+)|m(\d+) 0h(\d+)/g)) {
    x = gap === undefined ? Number(left) : x + Number(gap)
    y = gap === undefined ? Number(down) : y
    const end = x + Number(length ?? next)
    grid[y]?.fill(true, x, end)
    x = end
  }
  return grid
}

/** Reads the half blocks of a terminal back into modules. */
function gridOfText(text: string): Grid {
  const lines = stripVTControlCharacters(text).split('\n')
  const rows = lines.flatMap((line) => [
    Array.from(line, (cell) => cell === '█' || cell === '▀'),
    Array.from(line, (cell) => cell === '█' || cell === '▄'),
  ])
  return rows.slice(0, rows[0]?.length)
}

async function svgOf(text: string): Promise<string> {
  const [head, data] = (await defaultQrRenderer.dataUrl(text, 'svg')).split(',')
  expect(head).toBe('data:image/svg+xml;base64')
  return atob(data ?? '')
}

describe('the QR', () => {
  it.each([PAY_URL, 'http://localhost:3000/p/ABC', `https://example.com/p/${'x'.repeat(200)}`])(
    'as SVG scans as %s',
    async (text) => {
      expect(scan(gridOfSvg(await svgOf(text)))).toBe(text)
    },
  )

  it.each([PAY_URL, 'http://192.168.101.10:3000/p/1234567890'])('as text for a terminal scans as %s', (text) => {
    expect(scan(gridOfText(encodeQrForTerminal(text)))).toBe(text)
  })

  it('has a quiet zone of four light modules on each side', async () => {
    const grid = gridOfSvg(await svgOf(PAY_URL))
    const inZone = (at: number) => at < QUIET_ZONE || at >= grid.length - QUIET_ZONE
    expect(grid.every((row, y) => row.every((dark, x) => !dark || !(inZone(x) || inZone(y))))).toBe(true)
    expect(grid[QUIET_ZONE]?.[QUIET_ZONE]).toBe(true)
    expect(grid).toHaveLength(33 + 2 * QUIET_ZONE)
  })

  it.each([
    'http://localhost:3000',
    'https://pay.example.com',
    'https://checkout.learning-platform.example.com.cn:8443/shop',
  ])('stays at version 6 or below for %s', (base) => {
    expect(encodeQrCode(`${base}/p/${TOKEN}`).version).toBeLessThanOrEqual(6)
  })

  it('as PNG has six pixels for each module', async () => {
    const url = await defaultQrRenderer.dataUrl(PAY_URL, 'png')
    const bytes = Uint8Array.from(atob(url.slice('data:image/png;base64,'.length)), (c) => c.charCodeAt(0))
    const header = new DataView(bytes.buffer)
    expect([header.getUint32(0), header.getUint32(16), header.getUint32(20)]).toEqual([0x89504e47, 246, 246])
  })

  it('refuses a text that no QR can hold', async () => {
    await expect(defaultQrRenderer.dataUrl('x'.repeat(3_000), 'svg')).rejects.toThrow()
  })
})
