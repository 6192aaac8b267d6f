import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import * as tls from 'node:tls'
import { onTestFinished } from 'vitest'
import { makeFolder } from './temporary-folder.js'

/** Why a suite cannot have certificates of its own, for its name; null when it can. */
export const certificatesMissing =
  'setDefaultCACertificates' in tls ? null : '(skipped: before 22.19, Node takes no authority while it runs)'

/** A certificate of its own authority for this name, such as `IP:127.0.0.1`, trusted here until the test ends. */
function trustedCertificate(subject: string) {
  const folder = makeFolder()
  const authorities = tls.getCACertificates('default')
  onTestFinished(() => {
    tls.setDefaultCACertificates(authorities)
    folder.remove()
  })
  const [key, cert] = [join(folder.path, 'key'), join(folder.path, 'cert')]
  const syntax = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  const names = ['-subj', '/CN=database', '-addext', `subjectAltName=${subject}`]
  execFileSync('openssl', [...syntax, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const text = readFileSync(cert, 'utf8')
  tls.setDefaultCACertificates([...authorities, text])
  return { key: readFileSync(key), cert: text }
}

/** What a MySQL 8 says first: it offers TLS. */
function greeting(): Buffer {
  const payload = Buffer.concat([
    Buffer.from([10]),
    Buffer.from('8.4.0\0'),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from('salt-1-8\0'),
    // Capabilities (all of the lower ones), letters, state, the upper capabilities, the length of the salt.
    Buffer.from([0xff, 0xff, 45, 2, 0, 0x0f, 0x00, 21]),
    Buffer.alloc(10),
    Buffer.from('salt-2-of-12\0'),
    Buffer.from('mysql_native_password\0'),
  ])
  return Buffer.concat([Buffer.from([payload.length, 0, 0, 0]), payload])
}

const WISH_BYTES = 36

export interface TlsServer {
  readonly port: number
  /** Whether somebody has sent a login. */
  hasLogin(): boolean
}

/** A server that begins as MySQL does, and ends when it has got a login. */
export async function tlsServer(subject: string): Promise<TlsServer> {
  const certificate = trustedCertificate(subject)
  let login = false
  const server = createServer((socket: Socket) => {
    socket.on('error', () => socket.destroy())
    socket.write(greeting())
    socket.once('data', (data) => {
      // The wish for TLS; what is behind it is TLS already.
      socket.pause()
      socket.unshift(data.subarray(WISH_BYTES))
      const secure = new tls.TLSSocket(socket, { isServer: true, secureContext: tls.createSecureContext(certificate) })
      secure.on('error', () => socket.destroy())
      secure.once('data', () => {
        login = true
        socket.destroy()
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, hasLogin: () => login }
}
