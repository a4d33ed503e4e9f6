import type { Channel } from './channel.ts'
import { describeButtons, findButton } from './bar-buttons.ts'
import { ObservedElement } from './observed-element.ts'

/** `<ui-title-bar title>` with its buttons, drawn by the frame. One inside a modal belongs to the modal. */
export function defineTitleBar(channel: Channel): void {
  function report(): void {
    const bars = [...document.querySelectorAll('ui-title-bar')].filter((bar) => !bar.closest('ui-modal'))
    const bar = bars.at(-1)
    channel.send({ type: 'title', title: bar?.getAttribute('title') ?? null, buttons: bar ? describeButtons(bar) : [] })
  }

  customElements.define(
    'ui-title-bar',
    class extends ObservedElement {
      override changed(): void {
        report()
      }
    },
  )
  channel.handle({ press: ({ key }) => findButton(key)?.click() })
}
