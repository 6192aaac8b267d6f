import type { Result } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'

/**
 * Searches the trie once for each route without a parameter. Hono's faster router is no choice: it refuses a parameter
 * beside a word, such as `/api/orders/:orderId` beside `/api/orders/payresult`.
 */
export class LiteralRouter<Handler> extends TrieRouter<Handler> {
  readonly #literals = new Set<string>()
  readonly #found = new Map<string, Result<Handler>>()

  override add(method: string, path: string, handler: Handler): void {
    super.add(method, path, handler)
    if (!/[:*]/.test(path)) this.#literals.add(`${method} ${path}`)
    this.#found.clear()
  }

  override match(method: string, path: string): Result<Handler> {
    const route = `${method} ${path}`
    const found = this.#found.get(route) ?? super.match(method, path)
    if (this.#literals.has(route)) this.#found.set(route, found)
    return found
  }
}
