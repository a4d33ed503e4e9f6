import type { Channel } from './channel.ts'

export interface ToastOptions {
  /** Milliseconds. Default 5000. */
  duration?: number
  isError?: boolean
  action?: string
  onAction?: () => void
  onDismiss?: () => void
}

export interface ToastApi {
  show(message: string, options?: ToastOptions): string
  hide(id: string): void
}

/** `shopify.toast`: short messages that the frame shows. */
export function createToast(channel: Channel): ToastApi {
  const shown = new Map<string, ToastOptions>()
  let last = 0

  channel.handle({
    'toast-action': ({ id }) => shown.get(id)?.onAction?.(),
    'toast-dismissed': ({ id }) => {
      const dismissed = shown.get(id)
      shown.delete(id)
      dismissed?.onDismiss?.()
    },
  })

  return {
    show(message, options = {}) {
      const id = `toast-${++last}`
      const { duration = 5000, isError = false, action = null } = options
      shown.set(id, options)
      channel.send({ type: 'toast', id, message: String(message), durationMs: duration, isError, action })
      return id
    },
    hide: (id) => channel.send({ type: 'toast-hide', id }),
  }
}
