import { isSecureAddress } from '@coursepay/core/ports'

/** An address without a slash at its end. Null when nothing is set. */
export function readBaseUrl(text: string | undefined): string | null {
  if (text === undefined) return null
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Error('must be an address such as https://shop.example.com, without a query')
  }
  let address = url.href
  while (address.endsWith('/')) address = address.slice(0, -1)
  return address
}

/** Where one of our services asks another. */
export interface ServiceAddress {
  readonly baseUrl: string
  /** The address said `?tls=off`: a private network. */
  readonly allowHttp: boolean
}

/** Over `https:` off this machine, unless the address ends with `?tls=off`. */
export function readServiceAddress(text = ''): ServiceAddress {
  const [address = '', query] = text.split('?', 2)
  const baseUrl = readBaseUrl(query === 'tls=off' ? address : text) ?? ''
  const allowHttp = query === 'tls=off'
  if (allowHttp || isSecureAddress(baseUrl)) return { baseUrl, allowHttp }
  throw new Error(
    'must begin with https:// off this machine; in a private network add ?tls=off at its end to allow http',
  )
}
