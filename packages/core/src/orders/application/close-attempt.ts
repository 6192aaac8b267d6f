import type { PayRecord } from '../domain/pay-record.js'
import type { AskGateway } from './ask-gateway.js'
import type { OrderDependencies } from './order-dependencies.js'

/**
 * Sees to it that one attempt can no longer be paid: asks first (which books what was paid), and closes a trade that waits. `unclear`
 * when the gateway gives no clear word. A page whose cashier was never opened leaves nothing to close; its signed time_expire ends it.
 */
export function closeAttempt({ gateway }: Pick<OrderDependencies, 'gateway'>, ask: AskGateway) {
  return async (payRecord: PayRecord): Promise<'done' | 'unclear'> => {
    const said = await ask(payRecord)
    if (said === 'unknown') return 'unclear'
    if (said !== 'waiting') return 'done'
    const answer = await gateway.close(payRecord.payNo)
    if (answer.kind === 'unknown') return 'unclear'
    // Paid between the two calls: asking again books it.
    return answer.kind === 'not_closable' && (await ask(payRecord)) === 'unknown' ? 'unclear' : 'done'
  }
}

export type CloseAttempt = ReturnType<typeof closeAttempt>
