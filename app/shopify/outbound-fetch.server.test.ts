import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outboundFetch, rewriteToSandbox } from './outbound-fetch.server'

const SANDBOX = 'http://127.0.0.1:4000'
const rewritten = (url: string, sandbox: string | undefined = SANDBOX) => rewriteToSandbox(new URL(url), sandbox).href

describe('a request to Shopify', () => {
  it('goes to Shopify when no sandbox is set', () => {
    expect(rewriteToSandbox(new URL('https://a.myshopify.com/admin/x?y=1'), undefined).href).toBe(
      'https://a.myshopify.com/admin/x?y=1',
    )
  })

  it('goes to the sandbox with shop, path and query', () => {
    expect(rewritten('https://a-b.myshopify.com/admin/api/2026-10/graphql.json?x=%2F')).toBe(
      `${SANDBOX}/a-b.myshopify.com/admin/api/2026-10/graphql.json?x=%2F`,
    )
    expect(rewritten('https://A.MyShopify.com/admin', `${SANDBOX}/base`)).toBe(`${SANDBOX}/base/a.myshopify.com/admin`)
  })

  it.each([
    'https://storage.example.com/bulk.jsonl?sig=1',
    'http://127.0.0.1:4000/bulk/1.jsonl',
    'https://myshopify.com/x',
    'https://a.myshopify.com.evil.example/x',
    'https://evil.example/a.myshopify.com',
  ])('that is none stays as it is: %s', (url) => {
    expect(rewritten(url)).toBe(url)
  })
})

describe('what is sent', () => {
  let server: Server
  let received: { request: IncomingMessage; body: string } | undefined
  let fetchOut: typeof fetch

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      received = { request, body }
      if (request.url?.endsWith('/silence')) return
      response.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    fetchOut = outboundFetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })

  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const options = { method: 'POST', body: '{"query":"{ä}"}', headers: { 'X-Shopify-Access-Token': 'token' } }

  it.each<[string, () => Promise<Response>]>([
    ['a text', () => fetchOut('https://a.myshopify.com/admin/api', options)],
    ['a URL', () => fetchOut(new URL('https://a.myshopify.com/admin/api'), options)],
    ['a Request', () => fetchOut(new Request('https://a.myshopify.com/admin/api', options))],
  ])('keeps method, headers and body when the address is %s', async (_, send) => {
    await (await send()).text()
    expect(received?.request.url).toBe('/a.myshopify.com/admin/api')
    expect(received?.request.method).toBe('POST')
    expect(received?.request.headers['x-shopify-access-token']).toBe('token')
    expect(received?.body).toBe(options.body)
  })

  it('is given up when its caller gives it up', async () => {
    const caller = new AbortController()
    const answer = fetchOut('https://a.myshopify.com/silence', { signal: caller.signal })
    caller.abort(new Error('stopping'))
    await expect(answer).rejects.toThrow('stopping')
  })
})
