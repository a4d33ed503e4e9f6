import { PassThrough } from 'node:stream'
import {
  type ActionFunctionArgs,
  createReadableStreamFromReadable,
  type EntryContext,
  type LoaderFunctionArgs,
} from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import { isbot } from 'isbot'
import { renderToPipeableStream } from 'react-dom/server'
import { setDocumentHeaders } from './document-headers.server'
import { log } from './log.server'

export { boot } from './boot.server'
export { subscriptionCommand } from './webhooks/subscriptions/command.server'

/** A page that takes longer is cut off, so that no request hangs for ever. */
export const streamTimeout = 5_000

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
): Promise<Response> {
  setDocumentHeaders(request, headers)
  headers.set('Content-Type', 'text/html')
  // Bots do not wait for what streams in later.
  const readyEvent = isbot(request.headers.get('user-agent')) ? 'onAllReady' : 'onShellReady'

  return new Promise((resolve, reject) => {
    let statusCode = status
    let isShellSent = false
    const { pipe, abort } = renderToPipeableStream(<RemixServer context={remixContext} url={request.url} />, {
      [readyEvent]() {
        isShellSent = true
        const body = new PassThrough()
        resolve(new Response(createReadableStreamFromReadable(body), { status: statusCode, headers }))
        pipe(body)
      },
      onShellError: reject,
      onError(err) {
        statusCode = 500
        // An error in the shell is reported by whoever called.
        if (isShellSent) log.error({ err }, 'a page could not be rendered to its end')
      },
    })
    setTimeout(abort, streamTimeout + 1_000).unref()
  })
}

/** What a loader, an action or a render threw that is no answer. Visitors see only that something failed. */
export function handleError(err: unknown, { request }: LoaderFunctionArgs | ActionFunctionArgs): void {
  if (request.signal.aborted || (isRouteErrorResponse(err) && err.status < 500)) return
  log.error({ err, method: request.method, path: new URL(request.url).pathname }, 'a page failed')
}
