/** A keep-alive connection that sends one request after the other, as cheaply as can be: the machine is the app's. */
import { connect, type Socket } from 'node:net'

export interface Connection {
  /** Resolves to the status of the answer; 0 when the connection broke, or was closed. */
  send(request: Buffer): Promise<number>
  close(): void
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

export function openConnection(port: number): Connection {
  let socket: Socket | null = null
  let answer: ((status: number) => void) | null = null
  let received: Buffer = Buffer.alloc(0)

  function open(): Socket {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true })
    opened.on('data', (bytes) => {
      received = received.length === 0 ? bytes : Buffer.concat([received, bytes])
      const status = statusOf(received)
      if (status !== null) finish(status)
    })
    // Connections that the server closes between two requests are opened anew; see `send`.
    opened.on('error', () => undefined)
    opened.on('close', () => {
      if (socket !== opened) return
      socket = null
      finish(0)
    })
    return opened
  }

  function finish(status: number): void {
    received = Buffer.alloc(0)
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
