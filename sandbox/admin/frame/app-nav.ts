import type { NavEntry } from '../messages.ts'
import { part } from './page-parts.ts'

/** The app's own entries under its name in the navigation. The one with `rel="home"` is the app's name itself. */
export function createAppNav(appTitle: string, go: (href: string) => void) {
  const list = part('app-nav', HTMLUListElement)
  const home = part('app-home', HTMLAnchorElement)
  let entries: NavEntry[] = []
  let path = ''

  home.addEventListener('click', (event) => {
    event.preventDefault()
    go(homeHref())
  })

  function homeHref(): string {
    return entries.find((entry) => entry.home)?.href ?? '/app'
  }

  /** The entry whose address the app's own address starts with, the longest if several do. */
  function activeEntry(): NavEntry | undefined {
    const fits = entries.filter(({ href }) => path.split('?')[0] === href || path.startsWith(`${href}/`))
    return fits.sort((a, b) => b.href.length - a.href.length)[0]
  }

  function draw(): void {
    const active = activeEntry()
    home.textContent = appTitle
    mark(home, !active || active.home)
    list.replaceChildren(
      ...entries
        .filter((entry) => !entry.home)
        .map((entry) => {
          const link = document.createElement('a')
          link.href = `?path=${encodeURIComponent(entry.href)}`
          link.textContent = entry.label
          mark(link, entry === active)
          link.addEventListener('click', (event) => {
            event.preventDefault()
            go(entry.href)
          })
          const item = document.createElement('li')
          item.append(link)
          return item
        }),
    )
  }

  return {
    homeHref,
    show(next: NavEntry[]): void {
      entries = next
      draw()
    },
    at(next: string): void {
      path = next
      draw()
    },
    /** Whether this is one of the app's entries on its present page. */
    has: (href: string) => entries.some((entry) => entry.href === href),
  }
}

function mark(link: HTMLAnchorElement, current: boolean): void {
  if (current) link.setAttribute('aria-current', 'page')
  else link.removeAttribute('aria-current')
}
