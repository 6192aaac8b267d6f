import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from './tidy/source-file.js'

interface Service {
  readonly image: string
  readonly environment: Readonly<Record<string, string>>
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const compose: {
  readonly services: Readonly<Record<'mysql' | 'rabbitmq', Service>>
  readonly volumes: object
  readonly configs: { readonly databases: { readonly content: string } }
} = parse(read('compose.yaml'))
const { mysql, rabbitmq } = compose.services

describe('compose.yaml', () => {
  it('has MySQL 9.7 and RabbitMQ 4', () => {
    expect(mysql.image).toBe('mysql:9.7')
    expect(rabbitmq.image).toMatch(/^rabbitmq:4\b/)
  })

  it.each([mysql, rabbitmq])(
    'is reached from this machine alone, keeps its data, and tells when it is ready: $image',
    (service) => {
      expect(service.ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
      for (const volume of service.volumes) expect(compose.volumes).toHaveProperty(volume.replace(/:.*/, ''))
      expect(service.healthcheck?.test.length).toBeGreaterThan(1)
    },
  )

  it('has the users, ports and databases that the README names', () => {
    const url = (scheme: string) => new URL(new RegExp(`${scheme}://\\S+`).exec(read('README.md'))?.[0] ?? '')
    const [database, broker] = [url('mysql'), url('amqp')]
    expect([database.username, database.password, database.pathname.slice(1)]).toEqual([
      mysql.environment.MYSQL_USER,
      mysql.environment.MYSQL_PASSWORD,
      mysql.environment.MYSQL_DATABASE,
    ])
    expect(mysql.ports).toContain(`${database.host}:3306`)
    expect([broker.username, broker.password]).toEqual([
      rabbitmq.environment.RABBITMQ_DEFAULT_USER,
      rabbitmq.environment.RABBITMQ_DEFAULT_PASS,
    ])
    expect(rabbitmq.ports).toContain(`${broker.host}:5672`)
  })

  it('gives each database to the user', () => {
    const { content } = compose.configs.databases
    const made = [...content.matchAll(/CREATE DATABASE (\w+);/g)].map(([, name]) => name)
    const given = [...content.matchAll(/GRANT ALL ON (\w+)\.\* TO coursepay;/g)].map(([, name]) => name)
    expect(made.length).toBeGreaterThan(0)
    expect(given).toEqual(made)
  })
})
