import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { IdGenerator } from '../../src/shared/ports/generators.js'
import type { PortCalls } from './port-calls.js'
import type { Life } from './turns.js'

/** Ids that now and then cannot be had. */
export const simulatedIds = (ids: IdGenerator, calls: PortCalls, life: Life): IdGenerator => ({
  nextId: () =>
    calls.atOnce({
      life,
      kind: 'ids',
      label: 'id',
      act: () => ids.nextId(),
      faulty: () => Promise.reject(new CheckoutError('ids_unavailable', 'The simulator gives no ids now.')),
    }),
})
