import { describe, expect, it } from 'vitest'
import { toCheckoutError, toMysqlFailure, toSetupError } from '../src/mysql/mysql-failure.js'

const driverError = (code: string, errno?: number, message = 'of the account root at 10.0.0.7') =>
  Object.assign(new Error(message), { code, errno })
const failureOf = (code: string, errno?: number, message?: string) => toMysqlFailure(driverError(code, errno, message))

describe('an error of the database server', () => {
  it.each([
    [1290, 'ER_OPTION_PREVENTS_STATEMENT', /takes no writes/],
    [1836, 'ER_READ_ONLY_MODE', /takes no writes/],
    [3100, 'ER_RUN_HOOK_ERROR', /no majority of its cluster/],
    [1053, 'ER_SERVER_SHUTDOWN', /ended the connection/],
    [1040, 'ER_CON_COUNT_ERROR', /no connection left/],
    [3024, 'ER_QUERY_TIMEOUT', /took too long/],
  ])('ends as store_unavailable and says what the server said: %i', (errno, code, sentence) => {
    const failure = failureOf(code, errno)
    expect(failure.kind).not.toBe('conflict')
    expect(toCheckoutError(failure)).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(sentence),
    })
  })

  it.each([1180, 3101, 1213])(
    'is a conflict, and worth another try, when the server undid the transaction: %i',
    (errno) => {
      expect(failureOf('ER_CODE', errno).kind).toBe('conflict')
    },
  )
})

describe('a handshake that fails', () => {
  const fault = 'self-signed certificate in certificate chain'
  it.each([
    ['HANDSHAKE_SSL_ERROR', fault, `(${fault})`],
    [
      'AUTH_SWITCH_PLUGIN_ERROR',
      'Server requests authentication using unknown plugin client_ed25519. See',
      'client_ed25519',
    ],
  ])('says what the server asks for, and is a mistake in the setup: %s', (code, message, said) => {
    const failure = failureOf(code, undefined, message)
    expect(toCheckoutError(failure)).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining(said),
    })
    expect(toSetupError(failure)).toMatchObject({ code: 'invalid_request', message: expect.stringContaining(said) })
  })

  it('says only that nothing answered in time when a program is there that is no database server', () => {
    const { message } = toCheckoutError(failureOf('ETIMEDOUT'))
    expect(message).toBe('No database server answered at the address in time: check host, port and firewall.')
  })

  it('says that the server takes connections by TLS only, and is a mistake in the setup', () => {
    const failure = failureOf('ER_SECURE_TRANSPORT_REQUIRED', 3159)
    expect(toSetupError(failure)).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('tls=on') })
  })

  it('shows no message of another kind', () => {
    const error = toCheckoutError(failureOf('ECONNREFUSED'))
    expect(`${error.message} ${String(error.cause)}`).not.toContain('10.0.0.7')
  })
})
