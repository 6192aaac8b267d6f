import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tls from 'node:tls'
import { failureOf } from '@coursepay/core/contracts'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { named } from './support/services.js'

const folder = mkdtempSync(join(tmpdir(), 'tls-'))
const canTrust = 'setDefaultCACertificates' in tls
const authorities = canTrust ? tls.getCACertificates('default') : []
const needs = canTrust ? rabbit : { ...rabbit, missing: 'before 22.19, Node takes no authority while it runs' }
afterAll(() => {
  if (canTrust) tls.setDefaultCACertificates(authorities)
  rmSync(folder, { recursive: true })
})

/** A certificate of its own authority, valid for this name, and trusted here from now on. */
function trustedCertificate(subject: string) {
  const [key, cert] = [join(folder, `${subject}.key`), join(folder, `${subject}.crt`)]
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  const names = ['-subj', '/CN=broker', '-addext', `subjectAltName=${subject}`]
  execFileSync('openssl', [...words, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const text = readFileSync(cert, 'utf8')
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), text])
  return { key: readFileSync(key), cert: text }
}

/** The broker behind TLS. */
async function startTlsBroker(certificate: ReturnType<typeof trustedCertificate>) {
  const { hostname, port } = new URL(rabbit.url)
  const server = tls.createServer(certificate, (client) => {
    const broker = connect({ host: hostname, port: Number(port || 5672) })
    client.pipe(broker).pipe(client)
    for (const socket of [client, broker]) socket.on('error', () => client.destroy().emit('close') && broker.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

describe.skipIf(needs.missing)(named('a broker behind TLS', needs), () => {
  let corner: RabbitCorner
  const servers: { close(): unknown }[] = []
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(async () => {
    await corner.dispose()
    for (const server of servers.splice(0)) server.close()
  })

  async function openBehind(subject: string, host: string) {
    const server = await startTlsBroker(trustedCertificate(subject))
    servers.push(server)
    const url = new URL(rabbit.url)
    url.protocol = 'amqps:'
    url.host = `${host}:${server.port}`
    return corner.open({ url: url.href })
  }

  it('is spoken to when its certificate names the IP address of the setting', async () => {
    await (await openBehind('IP:127.0.0.1', '127.0.0.1')).ping()
  })

  it('is spoken to when its certificate names the host of the setting', async () => {
    await (await openBehind('DNS:localhost', 'localhost')).ping()
  })

  it.each([
    ['IP:127.0.0.2', '127.0.0.1'],
    ['DNS:localhost', '127.0.0.1'],
    ['DNS:mq.example', 'localhost'],
  ])('is refused when its certificate names %s and the setting names %s', async (subject, host) => {
    const error = await failureOf((await openBehind(subject, host)).ping())
    expect(error).toMatchObject({
      code: 'broker_unavailable',
      message: expect.stringMatching(
        /^The certificate of the message broker is refused: .*ERR_TLS_CERT_ALTNAME_INVALID/,
      ),
    })
  })

  it('is refused when nobody vouches for its certificate', async () => {
    const certificate = trustedCertificate('IP:127.0.0.3')
    tls.setDefaultCACertificates(authorities)
    const server = await startTlsBroker(certificate)
    servers.push(server)
    const url = new URL(rabbit.url)
    url.protocol = 'amqps:'
    url.host = `127.0.0.1:${server.port}`
    const error = await failureOf((await corner.open({ url: url.href })).ping())
    expect(error).toMatchObject({ message: expect.stringMatching(/certificate.*SELF_SIGNED.*NODE_EXTRA_CA_CERTS/) })
  })
})
