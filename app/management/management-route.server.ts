import type { LoaderFunctionArgs } from '@remix-run/node'
import type { ShopRow } from '~/db/shops.server'
import { log } from '~/log.server'
import { isServerTrouble } from '~/db/sql-state'
import { refuse } from './answer.server'
import { authenticatedCaller } from './caller.server'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `shop`: the caller's own, by its credentials. Parameters of the request name nothing that is not this shop's. */
export type ManagementHandler = (call: { request: Request; shop: ShopRow }) => Promise<Response>

/**
 * A resource route of the management API, to be both its loader and its action: answers whatever comes, by a handler for each
 * method, and never with anything but JSON. A HEAD is answered as a GET.
 */
export function managementRoute(handlers: Partial<Record<Method, ManagementHandler>>) {
  const allow = Object.keys(handlers).join(', ')
  return async ({ request }: Pick<LoaderFunctionArgs, 'request'>): Promise<Response> => {
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const handler = handlers[method as Method]
    if (handler === undefined) return refuse('method_not_allowed', `Only ${allow}.`, { Allow: allow })
    try {
      const caller = await authenticatedCaller(request)
      return caller.outcome === 'refused' ? caller.response : await handler({ request, shop: caller.shop })
    } catch (error) {
      return failure(error, new URL(request.url).pathname)
    }
  }
}

/** Nothing of the error goes out: it may speak of tables or addresses. */
function failure(err: unknown, path: string): Response {
  log.error({ err, path }, 'a request to the management API failed')
  return isDatabaseAway(err)
    ? refuse('unavailable', 'Lockstep cannot reach its database at the moment. Try again in a few seconds.')
    : refuse('internal', 'An error inside Lockstep ended the request. It is in the log of the app.')
}

/** PostgreSQL's own words for it, or no connection at all, which has the system's code or a time that was over. */
function isDatabaseAway(error: unknown): boolean {
  if (isServerTrouble(error)) return true
  return error instanceof Error && /^(ECONN|EHOSTUNREACH|ENOTFOUND|ETIMEDOUT)|connect/i.test(codeOf(error))
}

const codeOf = (error: Error & { code?: unknown }) => (typeof error.code === 'string' ? error.code : error.message)
