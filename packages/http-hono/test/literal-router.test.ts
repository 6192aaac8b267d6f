import { TrieRouter } from 'hono/router/trie-router'
import { describe, expect, it } from 'vitest'
import { LiteralRouter } from '../src/routing/literal-router.js'

const routes = [
  ['GET', '/orders/result'],
  ['ALL', '/orders/result'],
  ['GET', '/orders/:id'],
  ['POST', '/orders/:id'],
  ['GET', '*'],
] as const
const addresses = ['/orders/result', '/orders/1', '/orders/', '/orders', '/']

function routersOf(added: readonly (readonly [string, string])[]) {
  const routers = [new LiteralRouter<string>(), new TrieRouter<string>()] as const
  for (const router of routers) for (const [method, path] of added) router.add(method, path, `${method} ${path}`)
  return routers
}

describe('LiteralRouter', () => {
  it('finds what the trie finds, each time', () => {
    const [literal, trie] = routersOf(routes)
    for (const method of ['GET', 'POST', 'PUT', 'GET', 'POST', 'PUT']) {
      for (const path of addresses) expect(literal.match(method, path)).toEqual(trie.match(method, path))
    }
  })

  it('finds a route that is added after a request', () => {
    const [literal] = routersOf(routes.slice(0, 1))
    expect(literal.match('GET', '/orders/result')[0]).toHaveLength(1)
    literal.add('GET', '/orders/*', 'of the host')
    expect(literal.match('GET', '/orders/result')[0]).toHaveLength(2)
  })
})
