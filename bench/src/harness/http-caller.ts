import { connect, type Socket } from 'node:net'

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

const HEADERS_END = '\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'

/** One connection that is kept open and carries one request at a time. fetch would take more of the machine than the server. */
export class HttpCaller {
  readonly #socket: Socket
  #received = ''
  #waiting: PromiseWithResolvers<HttpAnswer> | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#take(text))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () =>
      this.#waiting?.reject(new Error(`The server closed the connection after "${this.#received.slice(0, 200)}".`)),
    )
  }

  static open(port: number): Promise<HttpCaller> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => resolve(new HttpCaller(socket)))
    })
  }

  send(request: Buffer): Promise<HttpAnswer> {
    this.#waiting = Promise.withResolvers<HttpAnswer>()
    this.#socket.write(request)
    return this.#waiting.promise
  }

  close(): void {
    this.#waiting = null
    this.#socket.destroy()
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
    this.#waiting?.resolve({ status: Number(headers.slice(9, 12)), body })
  }
}

export async function openCallers(port: number, count: number): Promise<HttpCaller[]> {
  return Promise.all(Array.from({ length: count }, () => HttpCaller.open(port)))
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
