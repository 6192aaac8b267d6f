import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'

const COOKIE = 'school_session'

/**
 * The application that was there before: its own routes, its own users, its own session. It knows nothing of payments.
 */
export function createSchool() {
  const sessions = new Map<string, string>()
  const app = new Hono()

  app.post('/login/:name', (c) => {
    const session = randomUUID()
    sessions.set(session, c.req.param('name'))
    setCookie(c, COOKIE, session, { httpOnly: true, sameSite: 'Lax' })
    return c.text('welcome')
  })

  app.get('/timetable', (c) => {
    const name = sessions.get(getCookie(c, COOKIE) ?? '')
    return name === undefined ? c.text('log in first', 401) : c.text(`the timetable of ${name}`)
  })

  return {
    app,
    /** The user of the request's session; null for a visitor. */
    userOf: (request: Request) => sessions.get(parse(request.headers.get('cookie') ?? '')[COOKIE] ?? '') ?? null,
  }
}
