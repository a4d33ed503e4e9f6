/**
 * As much of Shopify as a fleet of small shops needs: the answer to a run's first question, for any shop. Ten thousand shops
 * of the sandbox would need gigabytes, and would be what is measured.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** Records of each resource that every shop has. */
export const RECORDS = 3

interface Question {
  query: string
  variables: { first: number }
}

export interface StandIn {
  url: string
  /** GraphQL requests that were answered. */
  requests(): number
  close(): void
}

/** `changedIn`: whether a customer of the shop has just been changed. */
export async function startStandIn(changedIn: (domain: string) => boolean): Promise<StandIn> {
  let requests = 0
  const server = createServer((request, response) => {
    const [, domain = ''] = (request.url ?? '').split('/')
    void json(request).then((asked) => {
      requests += 1
      const { query, variables } = asked as Question
      const nodes = query.includes('customers(') && changedIn(domain) ? [changedCustomer()] : []
      const count = (value: number) => ({ count: value, precision: 'EXACT' })
      const page = { nodes, pageInfo: { hasNextPage: false, endCursor: null } }
      response.setHeader('Content-Type', 'application/json')
      response.setHeader('X-Shopify-API-Version', '2026-10')
      response.end(
        JSON.stringify({
          data: { all: count(RECORDS), matching: count(nodes.length), page },
          extensions: cost(variables),
        }),
      )
    })
  })
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function cost({ first }: Question['variables']) {
  const throttleStatus = { maximumAvailable: 2_000, currentlyAvailable: 1_990, restoreRate: 100 }
  return { cost: { requestedQueryCost: 10 + 5 * first, actualQueryCost: 10, throttleStatus } }
}

function changedCustomer() {
  const now = `${new Date().toISOString().slice(0, 19)}Z`
  return {
    id: 'gid://shopify/Customer/1',
    firstName: 'Ada',
    lastName: 'L',
    state: 'ENABLED',
    tags: ['changed'],
    numberOfOrders: '3',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: now,
    defaultEmailAddress: { emailAddress: 'ada@example.com', marketingState: 'SUBSCRIBED' },
    defaultPhoneNumber: null,
    amountSpent: { amount: '12.30', currencyCode: 'USD' },
    defaultAddress: null,
  }
}
