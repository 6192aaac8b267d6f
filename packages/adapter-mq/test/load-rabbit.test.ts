import { describe, expect, it } from 'vitest'
import { importWithAmqplib } from '../src/load-rabbit.js'

const missing = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from somewhere`), { code: 'ERR_MODULE_NOT_FOUND' })

describe('importWithAmqplib', () => {
  it('given amqplib, then hands out what stands on it', async () => {
    expect(await importWithAmqplib(async () => 'a broker')).toBe('a broker')
  })

  it('given no amqplib, then says what to install', async () => {
    await expect(importWithAmqplib(() => Promise.reject(missing('amqplib')))).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('npm install amqplib'),
    })
  })

  it('given another fault, then lets it through as it is', async () => {
    const error = missing('bitsyntax')
    await expect(importWithAmqplib(() => Promise.reject(error))).rejects.toBe(error)
  })
})
