/**
 * The one action behind every webhook route. What is done with a delivery is decided by its topic, whichever route it
 * came to: the TOML, which says what goes where, may be edited without the code. In production node:http answers these
 * paths by itself: see app/web.server.ts.
 */
import type { ActionFunctionArgs } from '@remix-run/node'
import { edge } from './edge/edge.server'
import { receiveRequest } from './edge/receive-request'

export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return receiveRequest(edge, request)
}

/** Anything but POST, which is refused. */
export const loader = action
