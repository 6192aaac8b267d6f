import type { Log } from '@coursepay/http-hono'

/** A demo shows what goes wrong and keeps quiet otherwise. */
export const consoleLog: Log = {
  info() {},
  error(fields) {
    console.error(JSON.stringify(fields))
  },
}
