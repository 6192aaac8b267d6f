import { z } from 'zod'

/** The named schemas of the contract. A registry of our own: in zod's global one a host may have an `Order` too. */
export const wireSchemas = z.registry<{ readonly id: string }>()
