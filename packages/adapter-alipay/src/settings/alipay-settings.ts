import type { KeyObject } from 'node:crypto'
import { isSecureAddress } from '@coursepay/core/ports'
import { invalidSettingError, isOwnPublicKey, readCertificates, readPrivateKey, readPublicKey } from './read-keys.js'

/** Certificates for an app that signs in certificate mode, in the forms of a key. */
export interface AlipayCertificates {
  readonly appCert: string
  readonly alipayPublicCert: string
  readonly alipayRootCert: string
}

/**
 * What Alipay's console shows of an app. A key is PEM text or bare base64, PKCS#1 or PKCS#8, or the path of a file with
 * one. `alipayPublicKey` is Alipay's, not the app's own; with `certificates` it is taken from them.
 */
export interface AlipaySettings {
  readonly appId: string
  /** The 2088… number of the account that is paid. */
  readonly sellerId: string
  readonly privateKey: string
  readonly alipayPublicKey?: string
  /** A second public key or certificate of Alipay's to trust, while one replaces the other. */
  readonly otherAlipayPublicKey?: string
  readonly certificates?: AlipayCertificates
  /** Default: Alipay's production gateway. https, or http on this machine. */
  readonly gateway?: string
  /** For a whole call, from the connection to the last byte. */
  readonly timeoutMs?: number
}

export interface CheckedSettings {
  readonly appId: string
  readonly sellerId: string
  readonly privateKey: KeyObject
  readonly alipayPublicKey: KeyObject
  /** Null: only the first key is trusted. */
  readonly otherAlipayPublicKey: KeyObject | null
  readonly certificates: AlipayCertificates | null
  readonly gateway: string
  readonly timeoutMs: number
}

const REQUIRED_SETTINGS = ['appId', 'sellerId', 'privateKey'] as const

/**
 * Checks the settings once, at the start. Without Alipay's public key nothing could be verified, so that is refused.
 * Throws `invalid_request`; the message never holds a key.
 */
export function checkSettings(settings: AlipaySettings): CheckedSettings {
  const missing = REQUIRED_SETTINGS.filter((name) => typeof settings?.[name] !== 'string')
  if (missing.length > 0) throw invalidSettingError("alipay's settings", `lack ${missing.join(', ')}.`)
  const certificates = settings.certificates === undefined ? null : readAlipayCertificates(settings.certificates)
  const privateKey = readPrivateKey(settings.privateKey)
  if (certificates !== null && !isOwnPublicKey(readPublicKey(certificates.appCert), privateKey)) {
    throw invalidSettingError(
      "The app's certificate",
      'was issued for another key than the private key. Use the two that belong together.',
    )
  }
  const alipayPublicKey = requireAlipayPublicKey(
    certificates?.alipayPublicCert ?? settings.alipayPublicKey ?? '',
    privateKey,
  )
  const otherKeyText = settings.otherAlipayPublicKey
  return {
    appId: readAppId(settings.appId),
    sellerId: readSellerId(settings.sellerId),
    privateKey,
    alipayPublicKey,
    otherAlipayPublicKey: otherKeyText
      ? requireAlipayPublicKey(otherKeyText, privateKey, "Alipay's other public key")
      : null,
    certificates,
    gateway: readGateway(settings.gateway ?? 'https://openapi.alipay.com/gateway.do'),
    timeoutMs: settings.timeoutMs ?? 6_000,
  }
}

const readAlipayCertificates = (certificates: AlipayCertificates): AlipayCertificates => ({
  appCert: readCertificates(certificates.appCert, "The app's certificate"),
  alipayPublicCert: readCertificates(certificates.alipayPublicCert, "Alipay's certificate"),
  alipayRootCert: readCertificates(certificates.alipayRootCert, "Alipay's root certificate"),
})

function requireAlipayPublicKey(text: string, privateKey: KeyObject, settingName?: string): KeyObject {
  const key = readPublicKey(text, settingName)
  if (!isOwnPublicKey(key, privateKey)) return key
  const sentence = "is your own app's public key. Take Alipay's (支付宝公钥) from the app's page in the console."
  throw invalidSettingError(settingName ?? "Alipay's public key", sentence)
}

/** Reads an app id: digits, without blanks at its ends. Throws `invalid_request`. */
export function readAppId(text: string, settingName = "The app's id"): string {
  const id = text.trim()
  if (id === '') throw invalidSettingError(settingName, 'is missing: set it.')
  if (/^2088\d{12}$/.test(id))
    throw invalidSettingError(settingName, "is a seller's id (2088…): take the APPID from the console.")
  if (!/^\d{1,32}$/.test(id))
    throw invalidSettingError(settingName, 'must be digits only: take the APPID from the console.')
  return id
}

/** Reads a seller id: 2088 and 12 digits, without blanks at its ends. Throws `invalid_request`. */
export function readSellerId(text: string, settingName = "The seller's id"): string {
  const id = text.trim()
  if (id === '')
    throw invalidSettingError(settingName, 'is missing: set it, or a payment to another seller would be accepted.')
  if (!/^2088\d{12}$/.test(id)) throw invalidSettingError(settingName, 'must be 2088 followed by 12 digits.')
  return id
}

/** Reads the gateway's address: https, or http on this machine. Throws `invalid_request`. */
export function readGateway(text: string, settingName = "The gateway's address"): string {
  const address = text.trim()
  if (!isSecureAddress(address)) throw invalidSettingError(settingName, 'must begin with https://.')
  return address
}
