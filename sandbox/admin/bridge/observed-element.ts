/**
 * A custom element that says when it, or anything inside it, has changed, once for each burst of changes. It never
 * touches attributes or children, so that React can hydrate the page as the server rendered it.
 */
export abstract class ObservedElement extends HTMLElement {
  readonly #observer = new MutationObserver(() => this.changed())

  connectedCallback(): void {
    this.#observer.observe(this, { subtree: true, childList: true, characterData: true, attributes: true })
    queueMicrotask(() => this.changed())
  }

  disconnectedCallback(): void {
    this.#observer.disconnect()
    queueMicrotask(() => this.changed())
  }

  abstract changed(): void
}

/** Hides elements that only describe something to the frame, without a node or attribute that hydration would miss. */
export function hideDescribingElements(): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('ui-nav-menu, s-app-nav, ui-title-bar, ui-save-bar { display: none !important }')
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}
