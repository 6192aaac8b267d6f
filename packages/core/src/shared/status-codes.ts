/**
 * The seed's status strings, one typed table per thing that has a state. They stand as they are in the store and on the
 * wire.
 */

export const OrderStatus = { unpaid: '600001', paid: '600002', closed: '600003', refunded: '600004' } as const
export type OrderStatus = (typeof OrderStatus)[keyof typeof OrderStatus]

export const PayStatus = { unpaid: '601001', paid: '601002', refunded: '601003', closed: '601004' } as const
export type PayStatus = (typeof PayStatus)[keyof typeof PayStatus]

export const OrderType = { course: '60201', material: '60202' } as const
/** Open on purpose: a further business brings its own number and its own price source. */
export type OrderType = string

export const ChoiceType = { free: '700001', paid: '700002' } as const
export type ChoiceType = (typeof ChoiceType)[keyof typeof ChoiceType]

export const ChoiceStatus = { succeeded: '701001', waiting: '701002' } as const
export type ChoiceStatus = (typeof ChoiceStatus)[keyof typeof ChoiceStatus]

export const LearnStatus = { mayLearn: '702001', notPaid: '702002', expired: '702003' } as const
export type LearnStatus = (typeof LearnStatus)[keyof typeof LearnStatus]

export const MessageType = {
  payResult: 'payresult_notify',
  refundResult: 'refundresult_notify',
  partialRefund: 'partialrefund_notify',
} as const
export type MessageType = (typeof MessageType)[keyof typeof MessageType]
