// The pages of a school: catalogue, pay dialog, orders, course table. `@coursepay/http-hono/pages`.
export { mountPages, type PagesOptions } from '../school/mount-pages.js'
export type { Look, Visitors } from '../school/page.js'
export type { Texts } from '../school/texts/texts.js'
