import { button, part } from './page-parts.ts'

export interface ToastView {
  id: string
  message: string
  durationMs: number
  isError: boolean
  action: string | null
}

/** Short messages at the foot of the page, one below the other, each gone after its time. */
export function createToasts(on: { action(id: string): void; dismissed(id: string): void }) {
  const area = part('toasts', HTMLDivElement)
  const shown = new Map<string, { element: HTMLElement; timer: ReturnType<typeof setTimeout> }>()

  function hide(id: string): void {
    const toast = shown.get(id)
    if (!toast) return
    clearTimeout(toast.timer)
    toast.element.remove()
    shown.delete(id)
    on.dismissed(id)
  }

  return {
    hide,
    show({ id, message, durationMs, isError, action }: ToastView): void {
      const element = document.createElement('div')
      element.className = isError ? 'toast error' : 'toast'
      const text = document.createElement('span')
      text.textContent = message
      element.append(text)
      if (action) element.append(button(action, 'plain', () => on.action(id)))
      const close = button('✕', 'plain', () => hide(id))
      close.setAttribute('aria-label', 'Dismiss')
      element.append(close)
      area.append(element)
      shown.set(id, { element, timer: setTimeout(() => hide(id), durationMs) })
    },
  }
}
