import type { KeyObject } from 'node:crypto'
import { CheckoutError } from '@coursepay/core'
import { isOwnPublicKey, readPrivateKey, readPublicKey } from './alipay-keys.js'

/** Certificates as PEM text, for an app that signs in certificate mode. */
export interface AlipayCertificates {
  readonly appCert: string
  readonly alipayPublicCert: string
  readonly alipayRootCert: string
}

/**
 * What Alipay's console shows of an app. Keys are PEM text or bare base64, PKCS#1 or PKCS#8. `alipayPublicKey` is Alipay's, not
 * the app's own; with `certificates` it is taken from them.
 */
export interface AlipaySettings {
  readonly appId: string
  /** The 2088… number of the account that is paid. */
  readonly sellerId: string
  readonly privateKey: string
  readonly alipayPublicKey?: string
  /** Another public key or certificate of Alipay's that is believed too, while one takes the place of the other. */
  readonly otherAlipayPublicKey?: string
  readonly certificates?: AlipayCertificates
  readonly gateway?: string
  /** For a whole call, from the connection to the last byte. */
  readonly timeoutMs?: number
}

export interface CheckedSettings {
  readonly appId: string
  readonly sellerId: string
  readonly privateKey: KeyObject
  readonly alipayPublicKey: KeyObject
  /** Null: that one key is believed and no other. */
  readonly otherAlipayPublicKey: KeyObject | null
  readonly certificates: AlipayCertificates | null
  readonly gateway: string
  readonly timeoutMs: number
}

/**
 * Checks the settings once, at the start. Without Alipay's public key nothing could be verified (the SDK would only print a
 * warning and accept everything), so that is refused. Throws `invalid_request`; the message never holds a key.
 */
export function checkSettings(settings: AlipaySettings): CheckedSettings {
  const { appId, sellerId, certificates = null } = settings
  const publicKey = certificates?.alipayPublicCert ?? settings.alipayPublicKey
  if (appId === '') throw new CheckoutError('invalid_request', "The app's id is missing.")
  if (sellerId === '')
    throw new CheckoutError('invalid_request', "The seller's id is missing: without it a payment to others passes.")
  if (publicKey === undefined || publicKey === '') {
    throw new CheckoutError('invalid_request', "Alipay's public key is missing: no answer could be verified.")
  }
  const [privateKey, alipayPublicKey] = [readPrivateKey(settings.privateKey), readPublicKey(publicKey)]
  const other = settings.otherAlipayPublicKey ? readPublicKey(settings.otherAlipayPublicKey) : null
  if ([alipayPublicKey, other].some((key) => key !== null && isOwnPublicKey(key, privateKey))) {
    const sentence =
      "This is your own app's public key. Take Alipay's public key (支付宝公钥) from the app's page in the console."
    throw new CheckoutError('invalid_request', sentence)
  }
  return {
    appId,
    sellerId,
    privateKey,
    alipayPublicKey,
    otherAlipayPublicKey: other,
    certificates,
    gateway: settings.gateway ?? 'https://openapi.alipay.com/gateway.do',
    timeoutMs: settings.timeoutMs ?? 6_000,
  }
}
