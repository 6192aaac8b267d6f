import type { Refund } from '../../src/index.js'
import { payBack } from '../../src/orders/application/pay-back.js'
import { refundOrder } from '../../src/orders/application/refund-order.js'
import type { OrderProgramParts } from '../../testing/contracts/index.js'
import { inOrderProgram, inOrderStores, type PlantedBug } from './faulty-program.js'

/** An operator's word does not see refunds of this cause; whoever ends them does. */
const blindFor = (name: string, cause: Refund['cause']): PlantedBug =>
  inOrderProgram(name, (program, parts) => ({
    ...program,
    service: { ...program.service, refundOrder: refundOrder(hiding(parts, cause), payBack(parts)) },
  }))

const hiding = (parts: OrderProgramParts, cause: Refund['cause']): OrderProgramParts => ({
  ...parts,
  unitOfWork: {
    run: (work) =>
      parts.unitOfWork.run((stores) => {
        const listOf: typeof stores.refunds.listOf = async (orderId) =>
          (await stores.refunds.listOf(orderId)).filter((refund) => refund.cause !== cause)
        return work({ ...stores, refunds: { ...stores.refunds, listOf } })
      }),
  },
})

/** Ways to get the second try of a refund wrong that the gateway refused. */
export const retryBugs: readonly PlantedBug[] = [
  blindFor('gives back what paid the order under the number of a surplus refund that failed', 'surplus'),

  blindFor('tries a late refund that failed again only when its order is paid', 'late'),

  inOrderStores('takes a refusal for the end of a refund', (stores) => ({
    ...stores,
    refunds: { ...stores.refunds, reopen: async () => false },
  })),
]
