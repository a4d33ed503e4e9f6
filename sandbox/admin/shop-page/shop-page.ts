import type { SandboxShop } from '../../contract.ts'
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { shell } from '../shell.ts'
import { activity } from './activity.ts'
import { customerPages } from './customers.ts'
import type { FormContext, Refusal } from './forms.ts'
import { orderPages } from './orders.ts'
import { doneSentences } from './perform.ts'
import { productPages } from './products.ts'
import type { DrawnList, TabPages } from './tab.ts'
import { tabs, viewAddress } from './view.ts'
import type { Tab, View } from './view.ts'

const pages: Record<Tab, TabPages> = { products: productPages, customers: customerPages, orders: orderPages }

export interface ShopPageOptions {
  shop: SandboxShop
  view: View
  appTitle: string
  /** What was done just before, from the address. */
  done: string | null
  refusal: Refusal | null
}

/** Shows and changes a shop's data: three lists, a form for each record, and what the changes set off. */
export function shopPage({ shop, view, appTitle, done, refusal }: ShopPageOptions): Html {
  const { domain, store } = shop
  const context: FormContext = { address: viewAddress(domain, view), refusal }
  const notice = done && doneSentences[done]
  const title = [view.tab ? pages[view.tab].title : 'Home', store.shop.name].join(' · ')
  return shell(
    { shop, title, appTitle, current: view.tab ?? 'start', script: '/admin-assets/shop-page.js' },
    html`<main class="data">
      <h1>${store.shop.name}</h1>
      <nav class="tabs" aria-label="Shop data">
        ${tabs.map(
          (tab) =>
            html`<a href="${viewAddress(domain, { tab })}" ${tab === view.tab && html`aria-current="page"`}
              ><span>${pages[tab].title}</span><b>${store[tab].size.toLocaleString('en')}</b></a
            >`,
        )}
      </nav>
      ${notice && html`<p class="notice" role="status">${notice}</p>`}
      <div class="columns">
        <div class="card">${content(shop, view, context, appTitle)}</div>
        ${activity(shop, context)}
      </div>
    </main>`,
  )
}

function content(shop: SandboxShop, view: View, context: FormContext, appTitle: string): Html {
  if (view.tab === null) return welcome(shop, appTitle)
  return view.id === null ? list(shop, view, view.tab, context) : record(shop, view, view.tab, view.id, context)
}

function welcome({ domain, store }: SandboxShop, appTitle: string): Html {
  return html`<h2>A shop that exists only here</h2>
    <p>
      Everything in it is made up, and you may change all of it: edit a product, refund an order, or let twenty things
      happen at once. Then open <a href="/store/${encodeURIComponent(domain)}">${appTitle}</a> and watch it follow.
    </p>
    <p class="hint">
      Plan ${store.shop.plan}, currency ${store.shop.currency}, timezone ${store.shop.timezone}. Times here are in UTC.
    </p>`
}

function list(shop: SandboxShop, view: View, tab: Tab, context: FormContext): Html {
  const { title, list, add } = pages[tab]
  const found = list(shop, view)
  return html`<div class="list-head">
      <form method="get" action="${viewAddress(shop.domain, {})}" role="search" class="inline">
        <input type="hidden" name="tab" value="${tab}" />
        <label class="field"
          ><span>Search ${title.toLowerCase()}</span>
          <input type="search" name="search" value="${view.search}" autocomplete="off" />
        </label>
        <button type="submit">Search</button>
      </form>
      ${add(context)}
    </div>
    ${found.total === 0 ? html`<p class="hint">Nothing here${view.search && ' fits the search'}.</p>` : found.table}
    ${found.pages > 1 && pager(shop.domain, view, found)}`
}

function pager(domain: string, view: View, { page, pages, total }: DrawnList): Html {
  const link = (label: string, to: number) =>
    to >= 1 && to <= pages
      ? html`<a href="${viewAddress(domain, { ...view, page: to })}">${label}</a>`
      : html`<span class="hint">${label}</span>`
  return html`<nav class="pager" aria-label="Pages">
    ${link('Previous', page - 1)}
    <span>Page ${page} of ${pages} · ${total.toLocaleString('en')} in all</span>
    ${link('Next', page + 1)}
  </nav>`
}

function record(shop: SandboxShop, view: View, tab: Tab, id: string, context: FormContext): Html {
  const back = html`<a href="${viewAddress(shop.domain, { ...view, id: null })}">← ${pages[tab].title}</a>`
  const found = pages[tab].record(shop, id, context)
  if (!found) {
    const message = context.refusal?.message ?? 'There is no such record. It may have been deleted.'
    return html`${back}
      <p class="refusal" role="alert">${message}</p>`
  }
  return html`${back}
    <h2>${found.title}</h2>
    <p class="hint">Id ${id}</p>
    ${found.body}`
}
