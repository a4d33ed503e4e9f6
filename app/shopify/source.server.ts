/** A shop's Admin API as the engine's source. */
import type { ConnectionPage, NestedList, Resource, SourceNode } from '~/resources/resource'
import type { ShopDetails } from '~/shop'
import type { Answer, SourcePort } from '~/sync/ports'
import { deletionEvents, deletionsSince } from '~/resources/deletion-events'
import { type AdminAnswer, requestAdmin, type RequestOptions } from './admin-client.server'
import { SourceError } from './source-error'

type Nested = SourceNode & Record<string, ConnectionPage<unknown>>

/** Children per request when a list goes on: at seven points each well below a query's limit of 1,000. */
const NESTED_PAGE = 100

/** Records by id per request: an order with its lists asks for 96 points, so ten stay below a query's limit. */
const NODES_PER_REQUEST = 10

/** Shopify's limit for `first`. */
const IDS_PER_PAGE = 250

interface Count {
  count: number
  precision: 'EXACT' | 'AT_LEAST'
}

const countedIn = ({ count, precision }: Count) => ({ count, exact: precision === 'EXACT' })

export function sourceOf(
  domain: string,
  signal: AbortSignal = new AbortController().signal,
  options: RequestOptions = {},
): SourcePort {
  const ask = <Data>(document: string, variables: Record<string, unknown>) =>
    requestAdmin<Data>(domain, document, variables, signal, options)

  async function complete(resource: Resource, nodes: SourceNode[]): Promise<SourceNode[]> {
    for (const list of resource.nestedLists) {
      for (const node of nodes as Nested[]) await readRest(node, list)
    }
    return nodes
  }

  async function readRest(node: Nested, { field, document }: NestedList): Promise<void> {
    const list = node[field]!
    while (list.pageInfo.hasNextPage) {
      const variables = { id: node.id, first: NESTED_PAGE, after: list.pageInfo.endCursor }
      const { data } = await ask<{ node: Nested | null }>(document, variables)
      const next = data.node?.[field]
      // The record vanished between two pages: what has been read is what there was.
      if (next === undefined) return
      mustLeadOn(next.pageInfo, list.pageInfo.endCursor)
      list.nodes.push(...next.nodes)
      list.pageInfo = next.pageInfo
    }
  }

  /** All pages of a list, and the answer to the first. */
  async function readList<Node>(document: string, query: string | null): Promise<{ first: Answer; nodes: Node[] }> {
    const nodes: Node[] = []
    let first: Answer | null = null
    let after: string | null = null
    do {
      const variables: Record<string, unknown> = { first: IDS_PER_PAGE, after, ...(query !== null && { query }) }
      const { data, ...answer }: AdminAnswer<{ page: ConnectionPage<Node> }> = await ask(document, variables)
      first ??= answer
      mustLeadOn(data.page.pageInfo, after)
      nodes.push(...data.page.nodes)
      after = data.page.pageInfo.hasNextPage ? data.page.pageInfo.endCursor : null
    } while (after !== null)
    return { first, nodes }
  }

  return {
    async open(resource, filter, first) {
      type Data = { all: Count; matching: Count; page: ConnectionPage<SourceNode> }
      const { data, ...answer } = await ask<Data>(resource.documents.open, { first, query: filter })
      mustLeadOn(data.page.pageInfo, null)
      const nodes = await complete(resource, data.page.nodes)
      const counted = { all: countedIn(data.all), matching: countedIn(data.matching) }
      return { ...answer, ...counted, nodes, ...data.page.pageInfo }
    },

    async count(resource, filter) {
      const { data, ...answer } = await ask<{ count: Count }>(resource.documents.count, { query: filter })
      return { ...answer, ...countedIn(data.count) }
    },

    async page(resource, filter, cursor, first, by) {
      const variables = { first, after: cursor, query: filter }
      const document = by === 'created_at' ? resource.documents.pageByCreation : resource.documents.page
      const { data, ...answer } = await ask<{ page: ConnectionPage<SourceNode> }>(document, variables)
      mustLeadOn(data.page.pageInfo, cursor)
      const nodes = await complete(resource, data.page.nodes)
      return { ...answer, nodes, ...data.page.pageInfo }
    },

    async nodes(resource, ids) {
      const gids = ids.map((id) => `gid://shopify/${resource.gidType}/${id}`)
      const found: SourceNode[] = []
      let first: Answer | null = null
      let atOnce = NODES_PER_REQUEST
      while (gids.length > 0 || first === null) {
        const chunk = gids.slice(0, atOnce)
        try {
          type Data = { nodes: (SourceNode | null)[] }
          const { data, ...answer } = await ask<Data>(resource.documents.nodes, { ids: chunk })
          first ??= answer
          found.push(...data.nodes.filter((node): node is SourceNode => node !== null && 'id' in node))
          gids.splice(0, chunk.length)
        } catch (error) {
          if (!isTooDear(error) || chunk.length <= 1) throw error
          atOnce = Math.ceil(chunk.length / 2)
        }
      }
      return { ...first, nodes: await complete(resource, found) }
    },

    async ids(resource) {
      const { first, nodes } = await readList<{ id: string }>(resource.documents.ids, null)
      return { ...first, ids: nodes.map(({ id }) => numericId(id)) }
    },

    async deletedSince({ deletionSubject }, since) {
      if (deletionSubject === null) return []
      const query = deletionsSince(deletionSubject, since)
      const { nodes } = await readList<{ subjectId?: string }>(deletionEvents, query)
      return [...new Set(nodes.flatMap(({ subjectId }) => (subjectId ? numericId(subjectId) : [])))]
    },
  }
}

const numericId = (gid: string) => gid.replace(/^.*\//, '')

const isTooDear = (error: unknown) => error instanceof SourceError && error.kind === 'too-dear'

/** A list that says it goes on, but not where, would be read from its beginning again and again. */
function mustLeadOn({ hasNextPage, endCursor }: ConnectionPage<unknown>['pageInfo'], cursor: string | null): void {
  if (hasNextPage && (endCursor === null || endCursor === cursor)) {
    throw new SourceError('retryable', 'Shopify said that a list goes on, but not where.')
  }
}

const SHOP = `query ShopDetails {
  shop { id name currencyCode ianaTimezone plan { publicDisplayName } }
}`

/** What the pages need to know of the shop: its currency, timezone and name. */
export async function readShopDetails(
  domain: string,
  signal: AbortSignal,
  options: RequestOptions = {},
): Promise<ShopDetails> {
  type Data = {
    shop: { id: string; name: string; currencyCode: string; ianaTimezone: string; plan: { publicDisplayName: string } }
  }
  const { data } = await requestAdmin<Data>(domain, SHOP, {}, signal, options)
  return {
    shopifyId: data.shop.id.replace(/^.*\//, ''),
    name: data.shop.name,
    plan: data.shop.plan.publicDisplayName,
    currency: data.shop.currencyCode,
    timezone: data.shop.ianaTimezone,
  }
}
