import { connect, type Socket } from 'node:net'

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

const HEADERS_END = '\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'

/** Servers close a connection that nobody uses for five seconds: before that it is opened again. */
const MAX_IDLE_MS = 2_000

/**
 * One connection that is kept open and carries one request at a time. fetch would take more of the machine than the
 * server.
 */
export class HttpCaller {
  readonly #port: number
  #socket: Socket
  #received = ''
  #waiting: PromiseWithResolvers<HttpAnswer> | null = null
  #usedAt = performance.now()

  private constructor(port: number, socket: Socket) {
    this.#port = port
    this.#socket = this.#listenTo(socket)
  }

  static async open(port: number): Promise<HttpCaller> {
    return new HttpCaller(port, await openSocket(port))
  }

  async send(request: Buffer): Promise<HttpAnswer> {
    if (performance.now() - this.#usedAt > MAX_IDLE_MS) {
      this.#socket.destroy()
      this.#socket = this.#listenTo(await openSocket(this.#port))
      // What the server said when it closed the old connection answers nothing.
      this.#received = ''
    }
    this.#waiting = Promise.withResolvers<HttpAnswer>()
    this.#socket.write(request)
    return this.#waiting.promise
  }

  close(): void {
    this.#waiting = null
    this.#socket.destroy()
  }

  #listenTo(socket: Socket): Socket {
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      if (socket === this.#socket) this.#take(text)
    })
    socket.on('error', (error) => this.#fail(socket, error))
    socket.on('close', () => this.#fail(socket, new Error('The server closed the connection.')))
    return socket
  }

  #fail(socket: Socket, error: Error): void {
    if (socket === this.#socket) this.#waiting?.reject(error)
  }

  #take(text: string): void {
    this.#received += text
    const end = this.#received.indexOf(HEADERS_END)
    if (end === -1) return
    const headers = this.#received.slice(0, end)
    const body = this.#received.slice(end + HEADERS_END.length)
    const length = /\r\ncontent-length: (\d+)/i.exec(headers)?.[1]
    if (length === undefined ? !body.endsWith(LAST_CHUNK) : body.length < Number(length)) return
    this.#received = ''
    this.#usedAt = performance.now()
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve({ status: Number(headers.slice(9, 12)), body })
  }
}

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}

/** Callers that end with the stack. */
export function openCallers(stack: AsyncDisposableStack, port: number, count: number): Promise<HttpCaller[]> {
  const open = async () => stack.adopt(await HttpCaller.open(port), (caller) => caller.close())
  return Promise.all(Array.from({ length: count }, open))
}

/** A request as it goes over the wire. */
export function httpRequest(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: bench\r\n${lines.join('')}${length}\r\n${body}`)
}
