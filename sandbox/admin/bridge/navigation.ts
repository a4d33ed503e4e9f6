import { appAddress } from '../app-address.ts'
import type { Channel } from './channel.ts'

const adminScheme = /^shopify:\/*admin\//i

/** Tells the frame where the app is, each time it moves within its document. */
export function reportLocation(channel: Channel): void {
  let last = ''
  function report(): void {
    const path = appAddress(location.href)
    if (path !== last) channel.send({ type: 'location', path })
    last = path
  }
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = history[method].bind(history)
    history[method] = (...args) => {
      original(...args)
      report()
    }
  }
  window.addEventListener('popstate', report)
  window.addEventListener('hashchange', report)
}

/**
 * A function that moves the app to `href` without a new document. An app that listens to `shopify:navigate` (as
 * shopify-app-remix's AppProvider does) is told by that event on the link; else a router's own link may take the
 * click; where neither happens, the frame loads the page anew.
 */
export function createNavigator(channel: Channel): (link: HTMLElement, href: string) => void {
  let listeners = 0
  for (const target of [window, document]) {
    const original: EventTarget['addEventListener'] = target.addEventListener.bind(target)
    target.addEventListener = (...args: Parameters<EventTarget['addEventListener']>) => {
      if (args[0] === 'shopify:navigate') listeners += 1
      original(...args)
    }
  }
  return (link, href) => {
    if (listeners > 0) {
      link.dispatchEvent(new CustomEvent('shopify:navigate', { bubbles: true, composed: true }))
    } else if (!routerTakesClick(link)) {
      channel.send({ type: 'relaunch', path: appAddress(new URL(href, location.href).href) })
    }
  }
}

/** Clicks the link without letting the browser follow it; true when somebody had prevented that before us. */
function routerTakesClick(link: HTMLElement): boolean {
  let taken = false
  const decide = (event: Event) => {
    taken = event.defaultPrevented
    event.preventDefault()
  }
  window.addEventListener('click', decide)
  link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
  window.removeEventListener('click', decide)
  return taken
}

/** Sends the whole window to a URL; the frame knows what is behind Shopify's own addresses. */
export function createLeave(channel: Channel): (url: string) => void {
  return (url) => (channel.framed ? channel.send({ type: 'open', url }) : location.assign(url))
}

/**
 * `window.open` that hands Shopify's addresses to the frame: `shopify:admin/…` always, and whatever is opened in the
 * top window, which a page of another origin may not move by itself.
 */
export function adminAwareOpen(plain: typeof window.open, leave: (url: string) => void): typeof window.open {
  return (url, target, features) => {
    const href = String(url ?? '')
    if (!adminScheme.test(href) && target !== '_top' && target !== '_parent') return plain(url, target, features)
    leave(adminScheme.test(href) ? href : new URL(href, location.href).href)
    return null
  }
}

/** The same for links that a person clicks. */
export function followAdminLinks(leave: (url: string) => void): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null
    const href = link?.getAttribute('href') ?? ''
    if (!adminScheme.test(href) || event.defaultPrevented) return
    event.preventDefault()
    leave(href)
  })
}
