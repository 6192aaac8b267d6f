import { describe, expect, it } from 'vitest'
import { refuseOldNode, withDriver } from '../src/with-driver.js'

const missing = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from somewhere`), { code: 'ERR_MODULE_NOT_FOUND' })

describe('withDriver', () => {
  it('given the driver, then hands out what stands on it', async () => {
    expect(await withDriver('mysql2', async () => 'an engine')).toBe('an engine')
  })

  it('given no driver, then says which package to install', async () => {
    const error = missing('mysql2')
    await expect(withDriver('mysql2', () => Promise.reject(error))).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('npm install mysql2'),
      cause: error,
    })
  })

  it.each([
    ['a package that the driver itself misses', missing('lru.min')],
    ['a driver that does not start', new Error("better-sqlite3: no native binding for 'mysql2'")],
  ])('given %s, then lets the error through as it is', async (_, error) => {
    await expect(withDriver('mysql2', () => Promise.reject(error))).rejects.toBe(error)
  })
})

describe('refuseOldNode', () => {
  it.each(['20.20.2', '22.13.1'])('given Node %s, then says which one the driver needs', (version) => {
    const sentence = `better-sqlite3 needs Node.js 22.14 or newer; this is ${version}.`
    expect(() => refuseOldNode('better-sqlite3', version)).toThrow(sentence)
  })

  it.each(['22.14.0', '24.9.0'])('given Node %s, then lets the driver start', (version) => {
    expect(() => refuseOldNode('better-sqlite3', version)).not.toThrow()
  })
})
