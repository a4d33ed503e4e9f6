/** Behind the route of Pub/Sub. In production node:http answers its path by itself: see app/web.server.ts. */
import type { ActionFunctionArgs } from '@remix-run/node'
import { edge } from '../edge/edge.server'
import { receiveRequest } from '../edge/receive-request'

export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return receiveRequest(edge, request, edge.pubsub)
}

/** Anything but POST, which is refused. */
export const loader = action
