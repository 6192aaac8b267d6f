import { generateKeyPairSync } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { SETTINGS } from '../examples/src/apps/settings/names.js'
import { readSettings } from '../examples/src/apps/settings/read-settings.js'
import { MAX_BODY_BYTES } from '../packages/http-hono/src/routing/request-body.js'
import { root } from './tidy/source-file.js'

interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: object
  readonly configs?: Readonly<Record<string, { readonly content?: string }>>
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readCompose = (path: string): Compose => parse(read(path), { merge: true })
const serviceOf = ({ services }: Compose, name: string): Service => {
  const found = services[name]
  if (found === undefined) throw new Error(`There is no service ${name}.`)
  return found
}

const school = readCompose('compose.yaml')
const demo = readCompose('compose.demo.yaml')
const development = readCompose('compose.dev.yaml')
const [mysql, rabbitmq] = [serviceOf(development, 'mysql'), serviceOf(development, 'rabbitmq')]

describe.each([
  { file: 'compose.yaml', compose: school },
  { file: 'compose.dev.yaml', compose: development },
])('$file', ({ compose }) => {
  const database = serviceOf(compose, 'mysql')
  const broker = serviceOf(compose, 'rabbitmq')

  it('has MySQL 9.7 and RabbitMQ 4', () => {
    expect(database.image).toBe('mysql:9.7')
    expect(broker.image).toMatch(/^rabbitmq:4\b/)
  })

  it.each([database, broker])(
    '$image keeps its data, tells when it is ready, and is no server for others',
    (service) => {
      expect((service.ports ?? []).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
      for (const volume of service.volumes ?? []) expect(compose.volumes).toHaveProperty(volume.replace(/:.*/, ''))
      expect(service.healthcheck?.test.length).toBeGreaterThan(1)
    },
  )

  it('gives each database to the user', () => {
    const content = compose.configs?.databases?.content ?? ''
    const made = [...content.matchAll(/CREATE DATABASE (\w+);/g)].map(([, name]) => name)
    const given = [...content.matchAll(/GRANT ALL ON (\w+)\.\* TO coursepay;/g)].map(([, name]) => name)
    expect(made.length).toBeGreaterThan(0)
    expect(given).toEqual(made)
  })
})

describe('compose.dev.yaml', () => {
  it('has the users, ports and databases that the README names', () => {
    const url = (scheme: string) => new URL(new RegExp(`${scheme}://\\S+`).exec(read('README.md'))?.[0] ?? '')
    const [database, broker] = [url('mysql'), url('amqp')]
    expect([database.username, database.password, database.pathname.slice(1)]).toEqual([
      mysql.environment?.MYSQL_USER,
      mysql.environment?.MYSQL_PASSWORD,
      mysql.environment?.MYSQL_DATABASE,
    ])
    expect(mysql.ports).toContain(`${database.host}:3306`)
    expect([broker.username, broker.password]).toEqual([
      rabbitmq.environment?.RABBITMQ_DEFAULT_USER,
      rabbitmq.environment?.RABBITMQ_DEFAULT_PASS,
    ])
    expect(rabbitmq.ports).toContain(`${broker.host}:5672`)
  })
})

describe('a program of ours in a compose file', () => {
  const programs = [school, demo].flatMap(({ services }) =>
    Object.entries(services).flatMap(([name, service]) => (service.image === 'coursepay' ? [{ name, service }] : [])),
  )
  it('is there three times', () => expect(programs).toHaveLength(3))

  it.each(programs)('$name has no rights, writes to its volume alone, and is a program of the image', ({ service }) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] })
    for (const volume of service.volumes ?? []) expect(volume).toMatch(/:\/app\/data$/)
    for (const program of service.command ?? []) {
      expect(existsSync(join(root, 'examples', program.replace(/^dist/, 'src').replace(/js$/, 'ts')))).toBe(true)
    }
  })
})

/** The school's `.env`: the example, with a secret of its own for each name without a value. */
const variables = Object.fromEntries(
  [...read('deploy/school.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value]) => [
    name,
    value || variableValue(name),
  ]),
)

function variableValue(name: string): string {
  if (name === 'ALIPAY_APP_ID') return '2021000000000001'
  return name === 'ALIPAY_SELLER_ID' ? '2088000000000001' : name.repeat(32)
}

/** A container's environment as Compose makes it; keys that are files become keys. */
function environmentOf(service: Service): Record<string, string> {
  const [app, alipay] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const files: Record<string, string | undefined> = {
    '/run/secrets/alipay_private_key': app?.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    '/run/secrets/alipay_public_key': alipay?.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    '/courses.json': join(root, 'deploy/courses.json'),
  }
  const inserted = Object.entries(service.environment ?? {}).map(([name, text]) => {
    const value = text.replace(/\$\{(\w+):[-?]\}/g, (_, variable) => variables[variable] ?? '')
    return [name, files[value] ?? value]
  })
  return { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '3000', ...Object.fromEntries(inserted) }
}

describe('the school of compose.yaml', () => {
  it('asks for each variable that the example of `.env` explains, and for no other', () => {
    const asked = [...read('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name)
    expect(new Set(asked)).toEqual(new Set(Object.keys(variables)))
  })

  it('starts the order service with settings that it takes', () => {
    const environment = environmentOf(serviceOf(school, 'server'))
    const settings = readSettings(environment, { tokens: 'needed' })
    expect(settings).toMatchObject({ warnings: [], publicBaseUrl: 'https://pay.school.example' })
    expect(settings.alipay).not.toBeNull()
  })

  it('starts the learning centre with settings that it takes', () => {
    const environment = environmentOf(serviceOf(school, 'learning'))
    expect(readSettings(environment, { tokens: 'needed', gateway: 'none', sells: '60201' }).warnings).toEqual([])
  })

  it.each(['server', 'learning'])('%s has no variable that nobody reads', (name) => {
    const known = new Set(Object.keys(SETTINGS).map((setting) => setting.replace('<type>', '60201')))
    const given = Object.keys(serviceOf(school, name).environment ?? {})
    expect(given.filter((variable) => !known.has(variable))).toEqual([])
  })

  it('lets nobody in but through the proxy', () => {
    const published = Object.entries(school.services).filter(([, { ports }]) => ports !== undefined)
    expect(published.map(([name]) => name)).toEqual(['proxy'])
  })
})

describe('the proxies', () => {
  const kibibytes = MAX_BODY_BYTES / 1024
  it.each([
    { file: 'deploy/Caddyfile', limit: `max_size ${kibibytes}KiB` },
    { file: 'deploy/nginx.conf', limit: `client_max_body_size ${kibibytes}k` },
  ])('$file takes bodies as large as the programs do', ({ file, limit }) => expect(read(file)).toContain(limit))

  it.each(globSync('deploy/{Caddyfile,nginx.conf}', { cwd: root }))(
    '%s hides what programs tell each other',
    (file) => {
      for (const path of ['/metrics', '/healthz', '/readyz', '/api/prices/', '/api/paid-orders/']) {
        expect(read(file)).toContain(path.slice(1))
      }
    },
  )
})
