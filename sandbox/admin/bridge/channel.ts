import { isEnvelope } from '../messages.ts'
import type { Envelope, ToApp, ToFrame } from '../messages.ts'

type Handlers = { [Type in ToApp['type']]?: (message: Extract<ToApp, { type: Type }>) => void }

/** The line to the admin frame. Outside a frame nothing is sent and nothing comes. */
export interface Channel {
  readonly framed: boolean
  readonly frameOrigin: string
  send(message: ToFrame): void
  handle(handlers: Handlers): void
}

/**
 * Speaks only with the parent window, and only while it is of the frame's origin. `embedder` is the parent's origin
 * where the browser tells it.
 */
export function openChannel(frameOrigin: string, embedder: string | undefined): Channel {
  const framed = window.parent !== window && (embedder ?? frameOrigin) === frameOrigin
  return {
    framed,
    frameOrigin,
    send(message) {
      if (!framed) return
      const envelope: Envelope<ToFrame> = { sandboxAdmin: message }
      window.parent.postMessage(envelope, frameOrigin)
    },
    handle(handlers) {
      window.addEventListener('message', (event) => {
        if (event.source !== window.parent || event.origin !== frameOrigin || !isEnvelope<ToApp>(event.data)) return
        const message = event.data.sandboxAdmin
        const handler = handlers[message.type] as ((message: ToApp) => void) | undefined
        handler?.(message)
      })
    },
  }
}
