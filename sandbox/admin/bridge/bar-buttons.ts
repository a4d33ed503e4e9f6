import type { ButtonView } from '../messages.ts'

const keys = new WeakMap<Element, string>()
let lastKey = 0

/** The buttons and links inside a bar, as the frame shall draw them. */
export function describeButtons(bar: Element): ButtonView[] {
  return [...bar.querySelectorAll('button, a')].map((button) => ({
    key: keyOf(button),
    label: button.textContent?.trim() ?? '',
    primary: button.getAttribute('variant') === 'primary',
    critical: button.getAttribute('tone') === 'critical',
    disabled: button.hasAttribute('disabled'),
    loading: button.hasAttribute('loading') && button.getAttribute('loading') !== 'false',
  }))
}

/** The button that was described under this key, if it is still on the page. */
export function findButton(key: string): HTMLElement | undefined {
  const buttons = document.querySelectorAll<HTMLElement>(':is(ui-title-bar, ui-save-bar) :is(button, a)')
  return [...buttons].find((button) => keyOf(button) === key)
}

function keyOf(button: Element): string {
  const key = keys.get(button) ?? `b${++lastKey}`
  keys.set(button, key)
  return key
}
