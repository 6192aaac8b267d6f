import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AlipaySdk } from 'alipay-sdk'
import { type AlipaySandbox, generateSandboxKeys } from '../../../sandbox/index.js'

/** Made once for a test file: RSA pairs take 0.1 s each. */
export const keys = await generateSandboxKeys()

/** The unmodified SDK, set up with nothing but what the sandbox hands out. */
export function sdkFor(
  { merchant }: AlipaySandbox,
  overrides: { privateKey?: string; timeout?: number } = {},
): AlipaySdk {
  const { appId, privateKey, alipayPublicKey, gateway, certificates } = merchant
  const base = { appId, privateKey, keyType: 'PKCS8' as const, gateway, camelcase: false, ...overrides }
  if (!certificates) return new AlipaySdk({ ...base, alipayPublicKey })
  return new AlipaySdk({
    ...base,
    appCertContent: certificates.appCert,
    alipayPublicCertContent: certificates.alipayPublicCert,
    alipayRootCertContent: certificates.alipayRootCert,
  })
}

export interface ReceivedNotify {
  readonly raw: string
  readonly headers: IncomingHttpHeaders
  readonly fields: Record<string, string>
}

export interface Shop {
  readonly url: string
  readonly notifyUrl: string
  readonly returnUrl: string
  readonly received: ReceivedNotify[]
  /** What the notify address answers: status and text. */
  answer: (notify: ReceivedNotify) => { status?: number; text?: string; location?: string }
  stop(): Promise<void>
}

/** A merchant's server that keeps what it is told. */
export async function startShop(): Promise<Shop> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks).toString('utf8')
    const notify = { raw, headers: request.headers, fields: Object.fromEntries(new URLSearchParams(raw)) }
    shop.received.push(notify)
    const { status = 200, text = 'success', location } = shop.answer(notify)
    response.writeHead(status, location === undefined ? {} : { location }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const shop: Shop = {
    url,
    notifyUrl: `${url}/notify`,
    returnUrl: `${url}/return`,
    received: [],
    answer: () => ({}),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return shop
}

export interface Order {
  readonly out_trade_no: string
  readonly total_amount?: string
  readonly subject?: string
  readonly [field: string]: unknown
}

export interface PayAddressOptions {
  readonly shop?: Shop
  readonly method?: string
  readonly timestamp?: string
}

const productCodes: Record<string, string> = {
  'alipay.trade.wap.pay': 'QUICK_WAP_WAY',
  'alipay.trade.page.pay': 'FAST_INSTANT_TRADE_PAY',
}

export function payParameters(order: Order, { shop, method = 'alipay.trade.wap.pay' }: PayAddressOptions = {}) {
  return {
    bizContent: { total_amount: '88.80', subject: '课程', product_code: productCodes[method], ...order },
    ...(shop ? { notifyUrl: shop.notifyUrl, returnUrl: shop.returnUrl } : {}),
  }
}

/** The signed address of the pay page. */
export function payAddress(sdk: AlipaySdk, order: Order, options: PayAddressOptions = {}): string {
  return sdk.pageExecute(options.method ?? 'alipay.trade.wap.pay', 'GET', payParameters(order, options))
}

/** A server call with the answer's signature checked. */
export async function call(sdk: AlipaySdk, method: string, bizContent: object): Promise<Record<string, unknown>> {
  return { ...(await sdk.exec(method, { bizContent }, { validateSign: true })) }
}

/** A query whose answer may be unsigned, as refusals of the gateway itself are. */
export const queryUnverified = async (sdk: AlipaySdk, outTradeNo: string) =>
  sdk.exec('alipay.trade.query', { bizContent: { out_trade_no: outTradeNo } })

export const query = (sdk: AlipaySdk, outTradeNo: string) =>
  call(sdk, 'alipay.trade.query', { out_trade_no: outTradeNo })

export const refund = (sdk: AlipaySdk, outTradeNo: string, amount: string, outRequestNo?: string) =>
  call(sdk, 'alipay.trade.refund', {
    out_trade_no: outTradeNo,
    refund_amount: amount,
    ...(outRequestNo === undefined ? {} : { out_request_no: outRequestNo }),
  })

export const close = (sdk: AlipaySdk, outTradeNo: string) =>
  call(sdk, 'alipay.trade.close', { out_trade_no: outTradeNo })
