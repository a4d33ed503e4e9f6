/** A keep-alive connection that sends one request after the other, as cheaply as can be: the machine is the app's. */
import { connect, type Socket } from 'node:net'

export interface Connection {
  /** Resolves to the status of the answer; 0 when the connection broke, or was closed. */
  send(request: Buffer): Promise<number>
  close(): void
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')
const READ_BYTES = 2_048

export function openConnection(port: number): Connection {
  let socket: Socket | null = null
  let answer: ((status: number) => void) | null = null
  let received: Buffer | null = null
  // Otherwise each answer would be read into 64 KB of new memory, and a thread that collects them takes the CPU for moments.
  const buffer = Buffer.allocUnsafe(READ_BYTES)

  function open(): Socket {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback: take } })
    // Connections that the server closes between two requests are opened anew; see `send`.
    opened.on('error', () => undefined)
    opened.on('close', () => {
      if (socket !== opened) return
      socket = null
      finish(0)
    })
    return opened
  }

  function take(length: number): boolean {
    const bytes = buffer.subarray(0, length)
    const all = received === null ? bytes : Buffer.concat([received, bytes])
    const status = statusOf(all)
    if (status !== null) finish(status)
    else received = received === null ? Buffer.from(all) : all
    return true
  }

  function finish(status: number): void {
    received = null
    const resolve = answer
    answer = null
    resolve?.(status)
  }

  return {
    send(request) {
      socket ??= open()
      const sent = new Promise<number>((resolve) => (answer = resolve))
      socket.write(request)
      return sent
    },
    close() {
      socket?.destroy()
    },
  }
}

/** Null while the answer is not complete. */
function statusOf(bytes: Buffer): number | null {
  const end = bytes.indexOf(HEAD_END)
  if (end < 0) return null
  const head = bytes.toString('latin1', 0, end).toLowerCase()
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1]
  const isWhole =
    length !== undefined
      ? bytes.length >= end + HEAD_END.length + Number(length)
      : !head.includes('\r\ntransfer-encoding: chunked') || bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
  return isWhole ? Number(head.slice(9, 12)) : null
}
