import http from 'node:http'
import https from 'node:https'
import type { Delivery } from '../contract.ts'

export interface Sender {
  /** POSTs the delivery's bytes. The status of the whole answer, or null when none came in time. */
  post(delivery: Delivery): Promise<number | null>
  /** Ends connections, posts under way included. */
  close(): void
}

/** Posts to one app over connections that are kept open. `timeoutMs` is for the whole of a request. */
export function createSender(appUrl: string, timeoutMs: number): Sender {
  const { Agent, request } = new URL(appUrl).protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true })
  const underWay = new Set<AbortController>()

  async function post({ path, body, headers }: Delivery): Promise<number | null> {
    const bytes = Buffer.from(body, 'utf8')
    const abortion = new AbortController()
    const timer = setTimeout(() => abortion.abort(), timeoutMs)
    underWay.add(abortion)
    try {
      return await new Promise((resolve, reject) => {
        const call = request(new URL(appUrl.replace(/\/$/, '') + path), {
          method: 'POST',
          agent,
          headers: { ...headers, 'Content-Length': bytes.length },
          signal: abortion.signal,
        })
        call.on('error', reject)
        call.on('response', (response) => {
          response.on('error', reject)
          response.on('end', () => resolve(response.statusCode ?? null))
          response.resume()
        })
        call.end(bytes)
      })
    } catch {
      // Whatever went wrong on the way, to Shopify it is one thing: no answer.
      return null
    } finally {
      clearTimeout(timer)
      underWay.delete(abortion)
    }
  }

  return {
    post,
    close() {
      for (const abortion of underWay) abortion.abort()
      agent.destroy()
    },
  }
}
