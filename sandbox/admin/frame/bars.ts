import type { ButtonView } from '../messages.ts'
import { button, part } from './page-parts.ts'

/** The app's title with its buttons, above the app. */
export function createTitleBar(appTitle: string, press: (key: string) => void) {
  const heading = part('app-title', HTMLHeadingElement)
  const actions = part('app-actions', HTMLDivElement)
  const shop = document.body.dataset['shopName'] ?? ''
  return (title: string | null, buttons: ButtonView[]) => {
    heading.textContent = title || appTitle
    document.title = [title, appTitle, shop].filter(Boolean).join(' · ')
    actions.replaceChildren(...buttons.map((view) => draw(view, () => press(view.key))))
  }
}

/** The bar that covers the top of the page while the app has unsaved changes. */
export function createSaveBar(press: (key: string) => void, confirm: (question: string) => Promise<boolean>) {
  const bar = part('save-bar', HTMLDivElement)
  const actions = part('save-bar-actions', HTMLDivElement)
  return {
    showing: () => !bar.hidden,
    show(visible: boolean, buttons: ButtonView[], discardConfirmation: boolean): void {
      bar.hidden = !visible
      const ordered = [...buttons].sort((a, b) => Number(a.primary) - Number(b.primary))
      actions.replaceChildren(
        ...ordered.map((view) => {
          const named = { ...view, label: view.label || (view.primary ? 'Save' : 'Discard') }
          return draw(named, async () => {
            const ask = discardConfirmation && !view.primary
            if (!ask || (await confirm('Discard all unsaved changes?'))) press(view.key)
          })
        }),
      )
    },
  }
}

function draw(view: ButtonView, onClick: () => void): HTMLButtonElement {
  const className = view.critical ? 'critical' : view.primary ? 'primary' : ''
  const element = button(view.label, className, onClick)
  element.disabled = view.disabled || view.loading
  if (view.loading) element.setAttribute('aria-busy', 'true')
  return element
}
