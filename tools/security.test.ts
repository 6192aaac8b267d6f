import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from '../examples/src/apps/settings/names.js'
import { root } from './tidy/source-file.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const security = read('SECURITY.md')
/** As the first one. */
const SECOND_KEY = 'ALIPAY_OTHER_PUBLIC_KEY'
const SECRET = /_(SECRET|KEY|KEY_<type>)$|^(DATABASE|AMQP)_URL$/

describe('SECURITY.md', () => {
  it('names tests that exist', () => {
    const named = [...security.matchAll(/`([\w/.-]+\.test\.tsx?)`/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(15)
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('says what each secret opens', () => {
    const opened = security.slice(security.indexOf('### What each secret allows'), security.indexOf('### What is out'))
    const secrets = Object.keys(SETTINGS).filter((name) => SECRET.test(name) && name !== SECOND_KEY)
    expect(secrets.filter((name) => !opened.includes(`\`${name}\``))).toEqual([])
  })
})

it('docs/production.md explains every setting', () => {
  const page = read('docs/production.md')
  expect(Object.keys(SETTINGS).filter((name) => !page.includes(name))).toEqual([])
})
