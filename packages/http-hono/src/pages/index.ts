// The pages of a school: catalogue, pay dialog, orders, course table. `@coursepay/http-hono/pages`.
export { mountPages, type PagesOptions } from '../school/mount-pages.js'
export type { Branding, VisitorSessions } from '../school/page.js'
export type { SchoolTexts } from '../school/texts/school-texts.js'
