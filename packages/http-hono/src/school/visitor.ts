import type { MiddlewareHandler } from 'hono'
import { type Language, preferredLanguage } from '../pages/browser.js'
import {
  type Branding,
  type PageContext,
  type PageEnv,
  type PageLayoutOptions,
  type PagesDeps,
  seeOther,
  type Visitor,
} from './page.js'
import { chinese } from './texts/chinese.js'
import { english } from './texts/english.js'
import type { SchoolTexts } from './texts/school-texts.js'
import { signInNeededPageAnswer } from './views/sign-in-pages.js'

export const SIGN_IN_PATH = '/sign-in'

/** The catalogue is open to everybody; what is about one visitor is not. */
const isPublicPage = (c: PageContext): boolean =>
  (c.req.method === 'GET' || c.req.method === 'HEAD') && /^\/(?:courses\/[^/]+)?$|^\/sign-in$/.test(c.req.path)

const schoolTextsByLanguage: Readonly<Record<Language, SchoolTexts>> = { zh: chinese, en: english }

/** Finds out who is there. Somebody new is made up, or may look at the catalogue alone. */
export function createVisitorMiddleware(deps: PagesDeps): MiddlewareHandler<PageEnv> {
  const { visitors, sandbox, branding } = deps
  return async (c, next) => {
    const known = await visitors.find(c.req.raw)
    const greeted = known === null ? await visitors.createGuest?.() : undefined
    const found = known ?? greeted?.visitor
    const actor = found === undefined ? null : { userId: found.userId, operator: false }
    const words = languageAndTextsFor(c, branding)
    const shell = schoolPageLayoutOptions(words.texts, branding, actor !== null && visitors.signOut !== undefined)
    c.set('visitor', { actor, sandbox, shell, ...words })
    if (actor === null && !isPublicPage(c)) return askToSignIn(c, deps)
    await next()
    if (greeted !== undefined) c.res.headers.append('Set-Cookie', greeted.setCookie)
  }
}

function askToSignIn(c: PageContext, { loginUrl, publicBaseUrl }: PagesDeps) {
  if (loginUrl === null) return signInNeededPageAnswer(c, null)
  const isForm = c.req.method === 'POST'
  const back = new URL(`${publicBaseUrl}${SIGN_IN_PATH}`)
  back.searchParams.set('to', isForm ? formPagePath(c.req.path) : c.req.path)
  const login = new URL(loginUrl)
  login.searchParams.set('return', back.href)
  // Our policy lets no form lead to another site, not even by a redirect: a link may.
  return isForm ? signInNeededPageAnswer(c, login.href) : seeOther(c, login.href)
}

/** Where the form stood that was sent to this address. */
const formPagePath = (path: string): string =>
  /^(\/courses\/[^/]+)\/learn$/.exec(path)?.[1] ?? (path.startsWith('/orders/') ? '/orders' : '/')

function schoolPageLayoutOptions(texts: SchoolTexts, { styleSheet }: Branding, maySignOut: boolean): PageLayoutOptions {
  return {
    links: [
      ['/', texts.courses],
      ['/my-courses', texts.myCourses],
      ['/orders', texts.myOrders],
    ],
    styles: styleSheet === undefined ? [] : [styleSheet],
    scripts: [],
    signOut: maySignOut ? '/sign-out' : null,
  }
}

/** The language that this browser asks for, and its texts. */
export function languageAndTextsFor(c: PageContext, branding: Branding): Pick<Visitor, 'language' | 'texts'> {
  const language: Language = preferredLanguage(c.req.header('Accept-Language'))
  return { language, texts: { ...schoolTextsByLanguage[language], ...branding.texts?.[language] } }
}
