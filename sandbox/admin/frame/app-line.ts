import { isEnvelope } from '../messages.ts'
import type { Envelope, ToApp, ToFrame } from '../messages.ts'

type Handlers = { [Type in ToFrame['type']]: (message: Extract<ToFrame, { type: Type }>) => void }

/** The line to the app in the iframe. */
export interface AppLine {
  send(message: ToApp): void
  handle(handlers: Handlers): void
}

/** Hears only this iframe, and only while the app's own origin is loaded in it; what is sent goes to that origin only. */
export function connectApp(iframe: HTMLIFrameElement, appOrigin: string): AppLine {
  return {
    send(message) {
      const envelope: Envelope<ToApp> = { sandboxAdmin: message }
      iframe.contentWindow?.postMessage(envelope, appOrigin)
    },
    handle(handlers) {
      window.addEventListener('message', (event) => {
        if (event.source !== iframe.contentWindow || event.origin !== appOrigin) return
        if (!isEnvelope<ToFrame>(event.data)) return
        const message = event.data.sandboxAdmin
        const handler = handlers[message.type] as ((message: ToFrame) => void) | undefined
        handler?.(message)
      })
    },
  }
}
