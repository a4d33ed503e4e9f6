import type { SandboxShop } from '../contract.ts'
import { html } from './html.ts'
import type { Html, HtmlValue } from './html.ts'
import { viewAddress } from './shop-page/view.ts'
import type { Tab } from './shop-page/view.ts'

export interface ShellOptions {
  shop: SandboxShop
  /** The browser's title of the page. */
  title: string
  appTitle: string
  /** Which entry of the navigation is this page; the app's own when it is the frame. */
  current: Tab | 'start' | 'app'
  script: string
  /** Attributes of `<body>` that the page's script reads. */
  data?: Record<string, string>
}

const tabLabels: [Tab, string][] = [
  ['products', 'Products data'],
  ['customers', 'Customers data'],
  ['orders', 'Orders data'],
]

/** The page around a page: top bar with the shop's name, navigation, content. */
export function shell(options: ShellOptions, content: HtmlValue): Html {
  const { shop, title, appTitle, current, script, data = {} } = options
  const { domain } = shop
  const link = (href: string, label: string, isCurrent: boolean) =>
    html`<a href="${href}" ${isCurrent && html`aria-current="page"`}>${label}</a>`
  const attributes = Object.entries(data).map(([name, value]) => html` data-${name}="${value}"`)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/admin-assets/admin.css" />
        <script defer src="${script}"></script>
      </head>
      <body${attributes}>
        <header class="topbar">
          <strong>${shop.store.shop.name}</strong>
          <span class="domain">${domain}</span>
          <span class="sandbox-mark">Sandbox</span>
        </header>
        <nav class="sidebar" aria-label="Admin">
          <ul>
            <li>${link(viewAddress(domain, {}), 'Home (sandbox)', current === 'start')}</li>
            ${tabLabels.map(
              ([tab, label]) => html`<li>${link(viewAddress(domain, { tab }), label, current === tab)}</li>`,
            )}
          </ul>
          <h2>App</h2>
          <ul>
            <li>
              <a id="app-home" href="/store/${encodeURIComponent(domain)}" ${current === 'app' && html`aria-current="page"`}
                >${appTitle}</a
              >
              <ul id="app-nav"></ul>
            </li>
          </ul>
        </nav>
        ${content}
      </body>
    </html>`
}
