import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedPost {
  path: string
  headers: IncomingHttpHeaders
  bytes: Buffer
}

/** An app for tests, which keeps what is posted to it. */
export interface AppStandIn {
  readonly url: string
  readonly posts: readonly ReceivedPost[]
  /** How many connections were opened, and how many posts there were at most at the same time. */
  readonly connections: number
  readonly mostAtOnce: number
  close(): Promise<void>
}

/** `answer` gives the status of each post, counted from 1, when it resolves; null hangs up instead. */
export async function startApp(answer: (count: number) => number | null | Promise<number | null>): Promise<AppStandIn> {
  const posts: ReceivedPost[] = []
  let connections = 0
  let atOnce = 0
  let mostAtOnce = 0
  const server = createServer(async (request, response) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    posts.push({ path: request.url ?? '', headers: request.headers, bytes: Buffer.concat(chunks) })
    const status = await answer(posts.length)
    atOnce--
    if (status === null) request.socket.destroy()
    else response.writeHead(status, status >= 300 && status < 400 ? { Location: '/elsewhere' } : {}).end()
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    get connections() {
      return connections
    },
    get mostAtOnce() {
      return mostAtOnce
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
