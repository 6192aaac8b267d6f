import type { PageContext } from './page.js'

export const signInPath = '/sign-in'

/** The catalogue is open to everybody; what is about one visitor is not. */
export const isPublicPage = (c: PageContext): boolean =>
  (c.req.method === 'GET' || c.req.method === 'HEAD') && /^\/(?:courses\/[^/]+)?$|^\/sign-in$/.test(c.req.path)

/** An address of ours to continue at; `/` for anything else. */
export const ownPath = (path: string): string => (/^\/(?![/\\])[\w/.%-]*$/.test(path) ? path : '/')
