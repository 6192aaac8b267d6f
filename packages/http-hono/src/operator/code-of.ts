/**
 * The code at the beginning of what is told: `unknown` of `unknown: HTTP status 502`, `booked` of `booked, trade
 * 2026…`.
 */
export const codeOf = (detail: string): string => /^\w+/.exec(detail)?.[0] ?? detail
