import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BillDownloadFault } from '../faults/cashier-and-bill.js'
import type { SandboxState } from '../state.js'
import { createBillArchive } from './file.js'

const BILL_PATH = /^\/bill\/([0-9a-f]{32})$/
const ZIP_HEADERS = { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename="bill.csv.zip"' }

function sendFile(
  response: ServerResponse,
  body: Buffer | string,
  status = 200,
  headers: Record<string, string> = ZIP_HEADERS,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const firstHalf = (file: Buffer): Buffer => file.subarray(0, Math.floor(file.length / 2))

/** In the middle of the last entry's data, the details: the archive's own fields stay what they are. */
function withFlippedByte(file: Buffer): Buffer {
  const header = file.lastIndexOf('PK\x03\x04')
  const at = header + 30 + file.readUInt16LE(header + 26) + Math.floor(file.readUInt32LE(header + 18) / 2)
  const changed = Buffer.from(file)
  changed[at] = (changed[at] ?? 0) ^ 0xff
  return changed
}

/** Half of the file, announced as a whole one, and the end of the connection. */
function sendHalfAndDisconnect(response: ServerResponse, file: Buffer): void {
  response.writeHead(200, { ...ZIP_HEADERS, 'content-length': file.length })
  response.write(firstHalf(file), () => response.destroy())
}

function sendFileWithFault(response: ServerResponse, file: Buffer, fault: BillDownloadFault): void {
  switch (fault.kind) {
    case 'http_status':
      sendFile(response, '', fault.status, fault.location === undefined ? {} : { location: fault.location })
      break
    case 'truncate':
      sendHalfAndDisconnect(response, file)
      break
    case 'half_file':
      sendFile(response, firstHalf(file))
      break
    case 'flip_byte':
      sendFile(response, withFlippedByte(file))
      break
    case 'body':
      sendFile(response, fault.body)
      break
    case 'half_detail':
    case 'bomb':
      sendFile(response, file)
      break
    case 'hang':
      break
  }
}

/** `GET /bill/:token`: the file of a bill, for 30 s after its address was asked for. */
export function serveBill(state: SandboxState, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '', 'http://sandbox')
  const bill = state.billAddresses.find(BILL_PATH.exec(pathname)?.[1] ?? '')
  if (bill === undefined) {
    sendFile(response, 'expired', 403, { 'content-type': 'text/plain' })
    return
  }
  const [fault] = state.faults.recordCall('bill_download', {})
  const file = createBillArchive(state, bill, fault)
  if (fault === undefined) sendFile(response, file)
  else sendFileWithFault(response, file, fault)
}
