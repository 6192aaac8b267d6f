/** An address without the slashes at its end. A regular expression would try each slash of a long row. */
export function withoutEndSlashes(address: string): string {
  let end = address.length
  while (address[end - 1] === '/') end -= 1
  return address.slice(0, end)
}
