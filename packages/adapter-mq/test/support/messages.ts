import { MessageType } from '@coursepay/core'
import type { PayResultMessage } from '@coursepay/core/ports'

/** A message whose id has 19 digits; neighbours are one number to a float. */
export const sampleMessage = (count = 1): PayResultMessage =>
  ({
    id: String(7_123_456_789_012_345_600n + BigInt(count)),
    messageType: MessageType.payResult,
    businessKey1: '7000000000000000001',
    businessKey2: '60201',
    businessKey3: null,
  }) as PayResultMessage
