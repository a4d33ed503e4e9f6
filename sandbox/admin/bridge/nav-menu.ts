import type { Channel } from './channel.ts'
import { ObservedElement } from './observed-element.ts'

const selector = ':is(ui-nav-menu, s-app-nav) :is(a, s-link)'

/** `<ui-nav-menu>` and `<s-app-nav>`: their links become the app's entries in the frame's navigation. */
export function defineNavMenu(channel: Channel, navigate: (link: HTMLElement, href: string) => void): void {
  function report(): void {
    const links = [...document.querySelectorAll(selector)]
    const entries = links.map((link) => ({
      href: link.getAttribute('href') ?? '',
      label: link.textContent?.trim() ?? '',
      home: link.getAttribute('rel') === 'home',
    }))
    channel.send({ type: 'nav', entries })
  }

  class NavMenu extends ObservedElement {
    override changed(): void {
      report()
    }
  }
  customElements.define('ui-nav-menu', NavMenu)
  customElements.define('s-app-nav', class extends NavMenu {})

  channel.handle({
    navigate: ({ href }) => {
      const links = [...document.querySelectorAll<HTMLElement>(selector)]
      const link = links.find((candidate) => candidate.getAttribute('href') === href)
      if (link) navigate(link, href)
    },
  })
}
