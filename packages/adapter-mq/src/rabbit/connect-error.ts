import { CheckoutError } from '@coursepay/core'
import type { BrokerAddress } from './addresses.js'
import { errorTextOf } from './broker-error.js'

/**
 * Something answered, so "cannot be reached" would mislead: its refusal is told in its own words. Other errors are left
 * as they are.
 */
export function explainConnectError(error: unknown, address: BrokerAddress): unknown {
  const sentence = connectErrorSentence(error, address)
  return sentence === null ? error : new CheckoutError('broker_unavailable', sentence, { cause: error })
}

function connectErrorSentence(error: unknown, { virtualHost }: BrokerAddress): string | null {
  const text = errorTextOf(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (text.startsWith('Handshake terminated by server'))
    return `The message broker refuses the login: ${handshakeRefusalTextOf(text)} ${LOGIN_ADVICE}`
  // amqplib keeps the broker's own words to itself here; only the virtual host can be at fault at this step.
  if (text.includes('ConnectionOpenOk; got <ConnectionClose')) return virtualHostAdvice(virtualHost)
  if (text.startsWith('SASL mechanism'))
    return `The message broker accepts no login by password: ${text}. Enable the mechanism PLAIN.`
  if (/^ERR_SSL_/.test(code)) return SERVER_WITHOUT_TLS_ADVICE
  if (CERTIFICATE_ERROR_CODE_PATTERN.test(code))
    return `The certificate of the message broker is refused: ${text} (${code}). ${CERTIFICATE_ADVICE}`
  return NOT_AMQP_PATTERN.test(text) ? NO_AMQP_ADVICE : null
}

/** From `Handshake terminated by server: 403 (ACCESS-REFUSED) with message "…"`. */
const handshakeRefusalTextOf = (text: string): string => /with message "([^"]*)"/.exec(text)?.[1] ?? text

const LOGIN_ADVICE = 'Check user and password in the address, and the rights of this user.'

const virtualHostAdvice = (name: string): string =>
  `The message broker accepts the login, but refuses the virtual host "${name}" (NOT_ALLOWED): it does not exist, the user has no ` +
  'permission on it, or its limit of connections is reached. Check it with rabbitmqctl.'

const SERVER_WITHOUT_TLS_ADVICE =
  'The message broker answers without TLS at this port. Off loopback TLS is the default: name its TLS port (mostly 5671), or ' +
  'end the address with "?tls=off".'
const CERTIFICATE_ERROR_CODE_PATTERN = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY_LEAF_SIGNATURE|ERR_TLS_/
const CERTIFICATE_ADVICE =
  'It must be valid for the host name or IP address in AMQP_URL; name an authority of your own in NODE_EXTRA_CA_CERTS.'
const NOT_AMQP_PATTERN = /^(?:Socket closed abruptly|Expected Connection|Invalid frame|Frame size)/
const NO_AMQP_ADVICE =
  'Something answers at the address of the message broker, but ends the handshake. Check that the port is that of AMQP, and whether it needs TLS.'
