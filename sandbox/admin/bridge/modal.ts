import { describeButtons, findButton } from './bar-buttons.ts'

export interface ModalApi {
  show(id: string): Promise<void>
  hide(id: string): Promise<void>
  toggle(id: string): Promise<void>
}

/** Only the box around the app's content; Shopify draws modals over the whole admin, this one covers the app's page. */
const styles = `
  :host { display: contents }
  dialog { border: 0; border-radius: 12px; padding: 0; width: min(38rem, calc(100vw - 2rem)); font: inherit }
  dialog::backdrop { background: rgb(0 0 0 / 45%) }
  header, footer { display: flex; align-items: center; gap: .5rem; padding: .75rem 1rem; background: #f3f4f6 }
  h2 { flex: 1; margin: 0; font-size: 1rem }
  footer { justify-content: end }
  footer:empty { display: none }
  .content { padding: 1rem }
`

/**
 * `<ui-modal>`, minimal: a dialog around the element's own children, titled and given buttons by a `<ui-title-bar>`
 * among them. `content` is where app-bridge-react renders a modal's children.
 */
export function defineModal(): ModalApi {
  class Modal extends HTMLElement {
    readonly #dialog = document.createElement('dialog')
    #content: HTMLElement | null = null

    constructor() {
      super()
      const root = this.attachShadow({ mode: 'open' })
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(styles)
      root.adoptedStyleSheets = [sheet]
      root.append(this.#dialog)
      this.#dialog.addEventListener('close', () => this.dispatchEvent(new Event('hide')))
    }

    get content(): HTMLElement {
      if (!this.#content) {
        this.#content = document.createElement('div')
        this.append(this.#content)
      }
      return this.#content
    }

    async show(): Promise<void> {
      if (this.#dialog.open) return
      this.#draw()
      this.#dialog.showModal()
      this.dispatchEvent(new Event('show'))
    }

    async hide(): Promise<void> {
      this.#dialog.close()
    }

    async toggle(): Promise<void> {
      return this.#dialog.open ? this.hide() : this.show()
    }

    #draw(): void {
      const bar = this.querySelector('ui-title-bar')
      const title = bar?.getAttribute('title') ?? ''
      this.#dialog.innerHTML =
        '<header><h2></h2><button type="button" aria-label="Close">✕</button></header>' +
        '<div class="content"><slot></slot></div><footer></footer>'
      this.#dialog.setAttribute('aria-label', title)
      const [heading, footer] = [this.#dialog.querySelector('h2'), this.#dialog.querySelector('footer')]
      if (heading) heading.textContent = title
      this.#dialog.querySelector('button')?.addEventListener('click', () => void this.hide())
      for (const view of bar ? describeButtons(bar) : []) {
        const button = document.createElement('button')
        Object.assign(button, { type: 'button', textContent: view.label, disabled: view.disabled })
        button.addEventListener('click', () => findButton(view.key)?.click())
        footer?.append(button)
      }
    }
  }
  customElements.define('ui-modal', Modal)

  function named(id: string): Modal {
    const element = document.getElementById(id)
    if (!(element instanceof Modal)) throw new Error(`App Bridge: there is no <ui-modal id="${id}">`)
    return element
  }

  return {
    show: async (id) => named(id).show(),
    hide: async (id) => named(id).hide(),
    toggle: async (id) => named(id).toggle(),
  }
}
