import type { GraphQLError } from 'graphql'
import type { BulkOperations } from '../bulk/bulk-operations.ts'
import type { MutableShopStore } from '../store.ts'
import type { ShopSubscriptions } from '../webhooks/shop-subscriptions.ts'
import { MAX_QUERY_COST, PointBucket } from './bucket.ts'
import { checkDocument, prepareOperation } from './document.ts'
import { executeOperation } from './execute.ts'
import { requestedCost } from './requested-cost.ts'
import type { RequestScope } from './resolvers/resolver.ts'
import { adminSchema } from './schema.ts'
import type { ShownShop } from './shown-shop.ts'

/** Who asks. `scopes`: what the app was granted; `apiKey`: its client id. */
export interface AdminCaller {
  scopes: ReadonlySet<string>
  apiKey: string
}

export interface AdminApiOptions {
  store: MutableShopStore
  bulk: BulkOperations
  subscriptions: ShopSubscriptions
  shown: ShownShop
}

export interface AdminAnswer {
  status: number
  body: unknown
}

export interface AdminApi {
  /** Answers a parsed request body `{ query, variables?, operationName? }`. */
  answer(body: unknown, caller: AdminCaller): AdminAnswer
  /** As when the bucket is empty, whatever is in it. */
  throttled(body: unknown): AdminAnswer
  /** Points that queries were charged, and how many queries were throttled. */
  readonly points: { readonly charged: number; readonly throttled: number }
}

const THROTTLED = {
  message: 'Throttled',
  extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
}

/** The Admin GraphQL API of one shop, with its points. */
export function createAdminApi({ store, bulk, subscriptions, shown }: AdminApiOptions): AdminApi {
  const bucket = new PointBucket(store.shop.plan, () => store.now())

  const costs = (requestedQueryCost: number, actualQueryCost: number | null) => ({
    cost: { requestedQueryCost, actualQueryCost, throttleStatus: bucket.status() },
  })
  const points = { charged: 0, throttled: 0 }

  function throttle(requested: number): AdminAnswer {
    points.throttled++
    return ok({ errors: [THROTTLED], extensions: costs(requested, null) })
  }

  function run(prepared: Extract<Prepared, { outcome: 'ready' }>, caller: AdminCaller): AdminAnswer {
    const { requested } = prepared
    if (requested > MAX_QUERY_COST) return ok({ errors: [tooDear(requested)] })
    if (!bucket.take(requested)) return throttle(requested)
    const scope: RequestScope = {
      ...shown.shown(caller.scopes),
      ...caller,
      bulk,
      subscriptions,
      searchReports: [],
      actualCost: 0,
    }
    const result = executeOperation(prepared.document, prepared.given, prepared.operationName, scope)
    const actual = Math.min(requested, scope.actualCost)
    bucket.refund(requested - actual)
    points.charged += actual
    return ok({
      ...(result.errors && { errors: result.errors.map((error) => error.toJSON()) }),
      data: result.data ?? null,
      extensions: {
        ...costs(requested, actual),
        ...(scope.searchReports.length > 0 && { search: scope.searchReports }),
      },
    })
  }

  return {
    points,
    answer(body, caller) {
      const prepared = prepare(body)
      switch (prepared.outcome) {
        case 'unreadable':
          return { status: 400, body: { errors: { query: 'Required parameter missing or invalid' } } }
        case 'invalid':
          return ok({ errors: prepared.errors.map((error) => error.toJSON()) })
        case 'ready':
          return run(prepared, caller)
      }
    },
    throttled(body) {
      const prepared = prepare(body)
      return throttle(prepared.outcome === 'ready' ? prepared.requested : 1)
    },
  }
}

type Prepared =
  | { outcome: 'unreadable' }
  | { outcome: 'invalid'; errors: readonly GraphQLError[] }
  | {
      outcome: 'ready'
      document: Parameters<typeof executeOperation>[0]
      given: Record<string, unknown>
      operationName: string | null
      requested: number
    }

function prepare(body: unknown): Prepared {
  const request = readRequest(body)
  if (!request) return { outcome: 'unreadable' }
  const checked = checkDocument(request.query)
  if (checked.outcome === 'invalid') return checked
  const { document } = checked
  const prepared = prepareOperation(document, request.operationName, request.variables)
  if (prepared.outcome === 'invalid') return prepared
  const requested = requestedCost(adminSchema().schema, document, prepared.operation, prepared.variables)
  return { outcome: 'ready', document, given: request.variables, operationName: request.operationName, requested }
}

function readRequest(body: unknown) {
  if (typeof body !== 'object' || body === null) return null
  const { query, variables, operationName } = body as Record<string, unknown>
  if (typeof query !== 'string') return null
  return {
    query,
    variables: typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {},
    operationName: typeof operationName === 'string' && operationName !== '' ? operationName : null,
  }
}

function tooDear(cost: number) {
  return {
    message: `Query cost is ${cost}, which exceeds the single query max cost limit (${MAX_QUERY_COST}).`,
    extensions: {
      code: 'MAX_COST_EXCEEDED',
      cost,
      maxCost: MAX_QUERY_COST,
      documentation: 'https://shopify.dev/api/usage/rate-limits',
    },
  }
}

function ok(body: unknown): AdminAnswer {
  return { status: 200, body }
}
