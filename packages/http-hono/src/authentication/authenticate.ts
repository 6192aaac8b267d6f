import type { Actor } from '@coursepay/core'

/**
 * Tells who sends a request. Errors: `not_authenticated` for anything but a good token; `keys_unavailable` when that cannot be
 * told now. Bring your own where users are known otherwise (a session cookie, a gateway's header).
 */
export type Authenticate = (request: Request) => Promise<Actor>
