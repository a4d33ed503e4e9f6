import type { Channel } from './channel.ts'
import { describeButtons } from './bar-buttons.ts'
import { ObservedElement } from './observed-element.ts'

export interface SaveBarApi {
  show(id: string): Promise<void>
  hide(id: string): Promise<void>
  toggle(id: string): Promise<void>
  /** Resolves when nothing is unsaved or the person agrees to leave; stays pending when they stay. */
  leaveConfirmation(): Promise<void>
}

/** `<ui-save-bar>` and `shopify.saveBar`: a bar in the frame whose buttons click those inside the element. */
export function defineSaveBar(channel: Channel): SaveBarApi {
  let current: SaveBar | null = null

  function report(): void {
    channel.send({
      type: 'save-bar',
      visible: current !== null,
      buttons: current ? describeButtons(current) : [],
      discardConfirmation: (current?.getAttribute('discardConfirmation') ?? 'false') !== 'false',
    })
  }

  function present(bar: SaveBar | null): void {
    current = bar
    report()
  }

  class SaveBar extends ObservedElement {
    get showing(): boolean {
      return current === this
    }

    async show(): Promise<void> {
      if (this.showing) return
      present(this)
      this.dispatchEvent(new Event('show'))
    }

    async hide(): Promise<void> {
      if (!this.showing) return
      present(null)
      this.dispatchEvent(new Event('hide'))
    }

    async toggle(): Promise<void> {
      return this.showing ? this.hide() : this.show()
    }

    override changed(): void {
      if (!this.isConnected) void this.hide()
      else if (this.showing) report()
    }
  }
  customElements.define('ui-save-bar', SaveBar)

  const leaving = new Map<number, () => void>()
  let requests = 0
  channel.handle({ 'leave-confirmed': ({ request }) => leaving.get(request)?.() })

  function named(id: string): SaveBar {
    const element = document.getElementById(id)
    if (!(element instanceof SaveBar)) throw new Error(`App Bridge: there is no <ui-save-bar id="${id}">`)
    return element
  }

  return {
    show: async (id) => named(id).show(),
    hide: async (id) => named(id).hide(),
    toggle: async (id) => named(id).toggle(),
    leaveConfirmation: async () => {
      if (!current) return
      const request = ++requests
      const agreed = Promise.withResolvers<void>()
      leaving.set(request, agreed.resolve)
      channel.send({ type: 'leave-wanted', request })
      return agreed.promise
    },
  }
}
