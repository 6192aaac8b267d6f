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

const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff)
const uint32 = (value: number): Buffer => Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)])
const longText = (text: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)])

export const heartbeatFrame = Buffer.of(8, 0, 0, 0, 0, 0, 0, FRAME_END)

/** What a broker says when a client knocks: version 0-9, no properties, one way to log in. */
export const startFrame = connectionMethod(
  10,
  Buffer.concat([Buffer.of(0, 9), uint32(0), longText('PLAIN'), longText('en_US')]),
)
export const tuneFrame = connectionMethod(30, Buffer.concat([uint16(2047), uint32(131_072), uint16(10)]))
export const openOkFrame = connectionMethod(41, shortText(''))
export const closeFrame = (code: number, text: string): Buffer =>
  connectionMethod(50, Buffer.concat([uint16(code), shortText(text), uint16(0), uint16(0)]))
