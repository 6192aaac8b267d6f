type Answer = Readonly<Record<string, unknown>>

/** A browser in short: keeps the cookie of the school, sends JSON. */
export function visitor(baseUrl: string) {
  let cookie = ''
  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${baseUrl}${path}`, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const json = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    Object(await (await send(method, path, body)).json())
  return {
    send,
    json,
    async logIn(name: string) {
      const response = await send('POST', `/login/${name}`)
      cookie = response.headers
        .getSetCookie()
        .map((each) => each.split(';')[0])
        .join('; ')
    },
    /** The course comes with a message, a moment after the payment: looked for until it is there, 10 s at most. */
    async firstCourse(): Promise<Answer> {
      for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
        const { items } = await json('GET', '/pay/api/learning/mycoursetable')
        const [item] = Array.isArray(items) ? items : []
        if (item !== undefined) return Object(item)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      throw new Error('the course did not come')
    },
  }
}
