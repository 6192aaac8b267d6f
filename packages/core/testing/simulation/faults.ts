import type { SeededRandom } from './random.js'

/**
 * What may go wrong with one call of a port. `crash_*`: the process is gone, before the call had its effect or after.
 * - stores: `down` (no effect), `answer_lost` (committed, but the caller gets `store_unavailable`), `conflict` (another
 *   process
 *   committed first: nothing is stored);
 * - gateway: `timeout_before` and `timeout_after` (of the booking), `no_trade` (a query that finds nothing, whatever is
 *   true),
 *   `refund_refused` (a definite no to a refund, unless the gateway has taken its number before);
 * - broker: `refused`, `lost_before`, `lost_after` (stored, no word came), `twice` (stored two times);
 * - ids: `ids_down`.
 */
export type Fault = (typeof callFaults)[CallKind][number]

/** A kind of call, and what may happen to it. */
export const callFaults = {
  read: ['crash_before', 'down'],
  write: ['crash_before', 'crash_after', 'down', 'answer_lost'],
  commit: ['crash_before', 'crash_after', 'down', 'answer_lost', 'conflict'],
  gateway: ['crash_before', 'crash_after', 'timeout_before', 'timeout_after'],
  query: ['crash_before', 'crash_after', 'timeout_before', 'timeout_after', 'no_trade'],
  refund: ['crash_before', 'crash_after', 'timeout_before', 'timeout_after', 'refund_refused'],
  publish: ['crash_before', 'crash_after', 'refused', 'lost_before', 'lost_after', 'twice'],
  ids: ['crash_before', 'ids_down'],
} as const

export type CallKind = keyof typeof callFaults

export interface FaultPlan {
  /** What happens to this call; null lets it through. */
  next(kind: CallKind): Fault | null
  /** From now on everything goes well, but for one fault that may last longer. */
  end(lasting?: Fault): void
}

/** Each run has its own mixture: some faults often, some not at all (a fault that is everywhere hides the others). */
function drawRates(random: SeededRandom): Readonly<Record<Fault, number>> {
  const rate = (...choices: readonly number[]) => random.pick(choices) ?? 0
  return {
    crash_before: rate(0, 0, 0.002, 0.01),
    crash_after: rate(0, 0, 0.004, 0.02),
    down: rate(0, 0, 0.005, 0.02),
    answer_lost: rate(0, 0.01, 0.05),
    conflict: rate(0, 0.05, 0.2),
    timeout_before: rate(0, 0.02, 0.1),
    timeout_after: rate(0, 0.02, 0.1, 0.3),
    no_trade: rate(0, 0, 0.05),
    // Always: the merchant's balance is empty.
    refund_refused: rate(0, 0, 0.2, 1),
    refused: rate(0, 0, 0.1),
    lost_before: rate(0, 0, 0.1),
    lost_after: rate(0, 0.1, 0.3),
    twice: rate(0, 0.1, 0.3),
    ids_down: rate(0, 0, 0.01),
  }
}

export function faultPlan(random: SeededRandom): FaultPlan {
  const rates = drawRates(random)
  let isOn = (_fault: Fault) => true
  return {
    next(kind) {
      let left = random.next()
      for (const fault of callFaults[kind]) {
        if (isOn(fault)) left -= rates[fault]
        if (left < 0) return fault
      }
      return null
    },
    end(lasting) {
      isOn = (fault) => fault === lasting
    },
  }
}
