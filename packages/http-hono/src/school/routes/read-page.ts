import type { PageContext } from '../page.js'

/** Entries on a page of a list. */
export const PAGE_SIZE = 10

/** The page that an address asks for, from 1; what is no page is the first. */
export function readPage(c: PageContext): number {
  const page = c.req.query('page') ?? ''
  return /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1
}

export const lastPageOf = (total: number): number => Math.ceil(total / PAGE_SIZE)
