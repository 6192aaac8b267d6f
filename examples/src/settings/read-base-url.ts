/** An address without a slash at its end. Null when nothing is set. */
export function readBaseUrl(text: string | undefined): string | null {
  if (text === undefined) return null
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Error('is an address such as https://shop.example.com')
  }
  return url.href.replace(/\/+$/, '')
}
