import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import type { Exploration } from './explore.js'

const names = new Map<string, string>(
  [OrderStatus, PayStatus].flatMap((table) => Object.entries(table).map(([name, code]) => [code, name] as const)),
)

/** `601002 booked` → `paid_booked`. */
const nameOf = (state: string) => state.replace(/\d{6}/, (code) => names.get(code) ?? code).replace(' ', '_')

function diagramOf(transitions: Exploration['orderTransitions']): string {
  const lines = [...transitions].map(([key, causes]) => {
    const [from = '', to = ''] = key.split(' > ').map(nameOf)
    const texts = [...causes].map((cause) => cause.replace(/^\w+ /, '').replace(/^settles: .*/, 'proof of payment'))
    return `  ${from} --> ${to}: ${[...new Set(texts)].toSorted().join(', ')}`
  })
  return ['```mermaid', 'stateDiagram-v2', '  [*] --> unpaid', ...lines.toSorted(), '```'].join('\n')
}

/** The two pictures of `docs/life-of-a-payment.md`, drawn from every transition that the exploration met. */
export const stateDiagrams = ({ orderTransitions, paymentTransitions }: Exploration): string =>
  [
    'An order:',
    '',
    diagramOf(orderTransitions),
    '',
    'A payment, with the receipt of its money:',
    '',
    diagramOf(paymentTransitions),
  ].join('\n')
