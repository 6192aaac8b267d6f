import { failureOf } from '@coursepay/core/contracts'
import { describe, expect, it } from 'vitest'
import { createFailoverOpener } from '../src/rabbit/addresses.js'

const always = new AbortController().signal

/** Three nodes, of which some are down, and the order in which they were asked. */
function threeNodes(...down: string[]) {
  const asked: string[] = []
  const open = createFailoverOpener(['one', 'two', 'three'], async (address) => {
    asked.push(address)
    if (down.includes(address)) throw new Error(`${address} is down`)
    return address
  })
  return { asked, open }
}

describe('the nodes of a cluster', () => {
  it('given a node that was open, when it is lost, then the next one is opened, and the first again at the end', async () => {
    const { open } = threeNodes()
    expect([await open(always), await open(always), await open(always), await open(always)]).toEqual([
      'one',
      'two',
      'three',
      'one',
    ])
  })

  it('given nodes that are down, then one attempt asks on until one opens', async () => {
    const { asked, open } = threeNodes('one', 'two')
    expect(await open(always)).toBe('three')
    expect(asked).toEqual(['one', 'two', 'three'])
  })

  it('given none that opens, then each was asked once, and every reason is told', async () => {
    const { asked, open } = threeNodes('one', 'two', 'three')
    expect(await failureOf(open(always))).toMatchObject({
      errors: ['one', 'two', 'three'].map((each) => expect.objectContaining({ message: `${each} is down` })),
    })
    expect(asked).toEqual(['one', 'two', 'three'])
  })

  it('given one address, then its own error is told', async () => {
    const down = new Error('down')
    expect(await failureOf(createFailoverOpener(['one'], () => Promise.reject(down))(always))).toBe(down)
  })

  it('when nobody wants it any more, then no further node is asked', async () => {
    const stop = new AbortController()
    const asked: string[] = []
    const open = createFailoverOpener(['one', 'two'], async (address) => {
      asked.push(address)
      stop.abort()
      throw new Error('given up')
    })
    await failureOf(open(stop.signal))
    expect(asked).toEqual(['one'])
  })
})
