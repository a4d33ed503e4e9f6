import type { SandboxShop } from '../contract.ts'
import { html } from './html.ts'
import type { Html } from './html.ts'
import { shell } from './shell.ts'

/** The admin with the app in it. Everything about the app appears once the frame's script has loaded it. */
export function framePage(shop: SandboxShop, { appUrl, appTitle }: { appUrl: string; appTitle: string }): Html {
  const { domain } = shop
  const data = {
    domain,
    'shop-name': shop.store.shop.name,
    'app-url': appUrl,
    'app-title': appTitle,
    'api-base': `/store/${encodeURIComponent(domain)}`,
  }
  const title = `${appTitle} · ${shop.store.shop.name}`
  return shell(
    { shop, title, appTitle, current: 'app', script: '/admin-assets/frame.js', data },
    html`<main class="frame">
        <div id="progress" class="progress" role="progressbar" aria-label="Loading" hidden></div>
        <div id="save-bar" class="save-bar" role="region" aria-label="Unsaved changes" hidden>
          <span>Unsaved changes</span>
          <div id="save-bar-actions" class="actions"></div>
        </div>
        <div class="title-bar">
          <h1 id="app-title">${appTitle}</h1>
          <div id="app-actions" class="actions"></div>
        </div>
        <div id="frame-status" class="frame-status" role="status">Opening ${appTitle}…</div>
        <iframe id="app" title="${appTitle}" allow="clipboard-write"></iframe>
        <div id="toasts" class="toasts" role="status" aria-live="polite"></div>
      </main>
      <dialog id="question" aria-labelledby="question-text">
        <form method="dialog">
          <p id="question-text"></p>
          <div class="actions">
            <button value="stay">Stay</button>
            <button id="question-agree" value="agree" class="critical">Leave</button>
          </div>
        </form>
      </dialog>`,
  )
}
