import { type QrCode, QUIET_ZONE } from './qr-code.js'

/** The symbol as an SVG: one path, a line for each run of dark modules. */
export function qrAsSvg(code: QrCode): string {
  const side = code.side + 2 * QUIET_ZONE
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/>` +
    `<path stroke="#000" d="${drawRows(code)}"/></svg>`
  )
}

function drawRows(code: QrCode): string {
  let path = ''
  for (let y = 0; y < code.side; y += 1) {
    let start = 0
    for (let x = 0; x <= code.side; x += 1) {
      if (code.isDark(x, y)) continue
      if (x > start) path += `M${start + QUIET_ZONE} ${y + QUIET_ZONE}.5h${x - start}`
      start = x + 1
    }
  }
  return path
}
