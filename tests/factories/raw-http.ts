/** HTTP by hand over a socket, for requests that no client would send. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export interface RawConnection {
  socket: Socket
  write(bytes: string | Uint8Array): void
  /**
   * The next answer that is whole; 100 Continue is one. Rejects when the connection ends before. `hasBody` false: to HEAD,
   * whose answer says how long a body would be.
   */
  answer(options?: { hasBody: boolean }): Promise<RawAnswer>
  /** Resolves when the server has ended the connection. */
  closed: Promise<void>
  /** What went wrong with it, such as ECONNRESET. */
  error: Error | null
}

export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1' })
  let received = Buffer.alloc(0)
  let wake: (() => void) | null = null
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    wake?.()
  })
  const connection: RawConnection = {
    socket,
    error: null,
    closed: new Promise((resolve) => {
      const end = () => {
        resolve()
        wake?.()
      }
      socket.on('end', end).on('close', end)
    }),
    write: (bytes) => void socket.write(bytes),
    async answer({ hasBody } = { hasBody: true }) {
      for (;;) {
        const read = readAnswer(received, hasBody)
        if (read !== null) {
          received = received.subarray(read.length)
          return read.answer
        }
        if (socket.closed || socket.readableEnded) throw new Error('the connection ended without an answer')
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
  socket.on('error', (error) => (connection.error = error))
  await once(socket, 'connect')
  return connection
}

function readAnswer(bytes: Buffer, hasBody: boolean): { answer: RawAnswer; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const length = headEnd + 4 + (hasBody ? Number(headers['content-length'] ?? 0) : 0)
  if (bytes.length < length) return null
  const body = bytes.toString('utf8', headEnd + 4, length)
  return { answer: { status: Number(statusLine.split(' ')[1]), headers, body }, length }
}

/** The head of a POST, and the empty line behind it. */
export function rawHead(path: string, headers: Record<string, string>, method = 'POST'): string {
  const lines = Object.entries({ Host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n')
}
