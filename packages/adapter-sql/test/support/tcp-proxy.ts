import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What happens to the COMMITs that pass. */
export type CommitFate =
  | 'passes'
  | 'is cut off'
  | 'hangs'
  | 'meets read-only'
  | 'answer is lost'
  | 'is interrupted'
  | 'meets a deadlock'

export interface TcpProxy {
  readonly port: number
  /** As when the server is killed: every connection is cut, and new ones are too. */
  cut(): void
  /** As when a firewall drops packets: connections stay open, and nothing passes. */
  stall(): void
  /** As it was; what was held back passes. */
  resume(): void
  /** The next COMMIT reaches the server, and then the connection dies. */
  loseNextCommitAnswer(): void
  /** The connection dies before the next COMMIT reaches the server. */
  cutNextCommit(): void
  /** The next COMMIT never reaches the server, and its connection stays silent: the firewall of one connection. */
  hangNextCommit(): void
  /** The next COMMIT is answered as by a cluster that found a conflict: rolled back, error 1213. */
  failNextCommit(): void
  /** The next COMMIT is done, and answered as when somebody ends the statement at this moment: error 1317. */
  interruptNextCommit(): void
  /** The next packet with this text reaches the server, and is never answered; its connection stays open. */
  swallowNextAnswerTo(text: string): void
  /** Decides about each COMMIT, by the packet that ends with it. */
  disturbCommits(fateOf: (sql: string) => CommitFate): void
  /**
   * As when a server, or an administrator's `init_connect`, has other characters for the session than the client asks
   * for.
   */
  askForGbk(): void
  /** From now on the server says `instead`, which is as long, wherever it would say `text`. */
  rewrite(text: string, instead: string): void
  /** Connections that were asked for so far. */
  readonly connections: number
  close(): Promise<void>
}

/** A proxy before a MySQL server. */
export async function tcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let mode: 'open' | 'cut' | 'stalled' = 'open'
  let commitFate: CommitFate = 'passes'
  let fateOf: ((sql: string) => CommitFate) | null = null
  let connections = 0
  let rewritten = (data: Buffer) => data
  let asksForGbk = false
  let swallowed: string | null = null

  const track = (socket: Socket) => {
    sockets.add(socket.setNoDelay(true))
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    if (mode === 'stalled') socket.pause()
  }

  const server = createServer((client) => {
    connections += 1
    if (mode === 'cut') return void client.destroy()
    const upstream = connect({ host, port })
    let answer = (data: Buffer): unknown => client.write(data)
    track(client)
    track(upstream)
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
    upstream.on('data', (data) => void answer(rewritten(data)))
    if (asksForGbk) client.once('data', (login) => void login.writeUInt8(GBK, CHARSET_OF_LOGIN))
    client.on('data', (data) => {
      answer = (later) => client.write(later)
      if (swallowed !== null && data.includes(swallowed)) {
        swallowed = null
        answer = () => {}
        client.removeAllListeners('data').on('data', (next) => void upstream.write(next))
      }
      const isCommit = data.subarray(-6).toString() === 'COMMIT'
      const fate = isCommit ? (fateOf?.(data.toString('latin1')) ?? commitFate) : 'passes'
      if (fate !== 'passes') commitFate = 'passes'
      if (fate === 'is cut off') return void client.destroy()
      if (fate === 'hangs') return
      if (fate === 'meets read-only') return void client.write(readOnlyPacket())
      if (fate === 'answer is lost') answer = () => client.destroy()
      if (fate === 'meets a deadlock') {
        answer = () => client.write(deadlockPacket())
        upstream.write(ROLLBACK)
        return
      }
      if (fate === 'is interrupted') answer = (data) => isLastAnswer(data) && client.write(interruptedPacket())
      upstream.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    cut() {
      mode = 'cut'
      for (const socket of sockets) socket.destroy()
    },
    stall() {
      mode = 'stalled'
      for (const socket of sockets) socket.pause()
    },
    resume() {
      mode = 'open'
      for (const socket of sockets) socket.resume()
    },
    loseNextCommitAnswer() {
      commitFate = 'answer is lost'
    },
    cutNextCommit() {
      commitFate = 'is cut off'
    },
    hangNextCommit() {
      commitFate = 'hangs'
    },
    failNextCommit() {
      commitFate = 'meets a deadlock'
    },
    interruptNextCommit() {
      commitFate = 'is interrupted'
    },
    swallowNextAnswerTo(text) {
      swallowed = text
    },
    disturbCommits(decide) {
      fateOf = decide
    },
    askForGbk() {
      asksForGbk = true
    },
    rewrite(text, instead) {
      rewritten = (data) => Buffer.from(data.toString('latin1').replaceAll(text, instead), 'latin1')
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A packet of MySQL's protocol: three bytes of length, one that counts, the content. */
const packet = (count: number, content: Buffer) => {
  const header = Buffer.alloc(4)
  header.writeUIntLE(content.length, 0, 3)
  header[3] = count
  return Buffer.concat([header, content])
}

const errorPacket = (number: number, text: string) =>
  packet(1, Buffer.concat([Buffer.of(0xff, number & 0xff, number >> 8), Buffer.from(text)]))

const deadlockPacket = () => errorPacket(1213, '#40001Deadlock found')
const readOnlyPacket = () => errorPacket(1290, '#HY000The server is running with --read-only')
const interruptedPacket = () => errorPacket(1317, '#70100Query execution was interrupted')

/** A collation's number, and its place in the packet in which a client says who it is. */
const [GBK, CHARSET_OF_LOGIN] = [28, 12]

const ROLLBACK = packet(0, Buffer.from('\x03ROLLBACK'))

/**
 * Whether an answer ends with the OK of a COMMIT, behind which nothing more comes: it has no flag of a further result.
 */
function isLastAnswer(data: Buffer): boolean {
  const MORE_RESULTS = 0x08
  let last = data
  for (let rest = data; rest.length >= 4; rest = rest.subarray(4 + rest.readUIntLE(0, 3))) last = rest
  // Behind the header: no affected row, no inserted id, the flags.
  return last.length >= 9 && last[4] === 0 && ((last[7] ?? 0) & MORE_RESULTS) === 0
}
