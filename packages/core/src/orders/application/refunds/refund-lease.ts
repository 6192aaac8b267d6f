/**
 * Alipay answers a refund query for certain only 10 s after the refund; until then nobody asks about it again. The
 * lease begins before the two calls, which may take 6 s each.
 */
export const REFUND_LEASE_MS = 25_000
