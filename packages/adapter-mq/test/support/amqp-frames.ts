const METHOD = 1
const FRAME_END = 0xce
const CONNECTION = 10

/** A frame with a method on channel 0, as AMQP 0-9-1 writes it. */
function connectionMethod(method: number, fields: Buffer = Buffer.alloc(0)): Buffer {
  const payload = Buffer.concat([Buffer.of(0, CONNECTION, 0, method), fields])
  const head = Buffer.alloc(7)
  head.writeUInt8(METHOD, 0)
  head.writeUInt32BE(payload.length, 3)
  return Buffer.concat([head, payload, Buffer.of(FRAME_END)])
}

const shortText = (text: string): Buffer => Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)])

/** What the broker says to publishers when it is short of memory. */
export const blockedFrame = connectionMethod(60, shortText('low on memory'))
export const unblockedFrame = connectionMethod(61)
