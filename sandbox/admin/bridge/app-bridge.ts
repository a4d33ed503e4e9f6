/**
 * Stand-in for Shopify's App Bridge, bundled into `/app-bridge.js` and run in the app's page. It defines
 * `window.shopify` in the shape of `@shopify/app-bridge-types` and the elements of `@shopify/app-bridge-react`. What
 * the sandbox has no counterpart for (pickers, the point of sale, reviews) rejects with a sentence that says so.
 */
import { appAddress } from '../app-address.ts'
import { authenticatedFetch } from './authenticated-fetch.ts'
import { bounce } from './bounce.ts'
import { openChannel } from './channel.ts'
import { frameOrigin } from './frame-origin.ts'
import { createTokenSource } from './id-token.ts'
import { defineModal } from './modal.ts'
import { defineNavMenu } from './nav-menu.ts'
import { adminAwareOpen, createLeave, createNavigator, followAdminLinks, reportLocation } from './navigation.ts'
import { hideDescribingElements } from './observed-element.ts'
import { defineSaveBar } from './save-bar.ts'
import { defineTitleBar } from './title-bar.ts'
import { createToast } from './toast.ts'

function start(script: HTMLScriptElement): void {
  const embedder = location.ancestorOrigins?.[0]
  const channel = openChannel(frameOrigin(script.src, embedder), embedder)
  const query = new URLSearchParams(location.search)
  const tokens = createTokenSource(channel, () => performance.now())
  const leave = createLeave(channel)
  const navigate = createNavigator(channel)

  channel.send({ type: 'hello', path: appAddress(query.get('shopify-reload') ?? location.href) })
  channel.handle({ 'still-there': () => channel.send({ type: 'here' }) })
  hideDescribingElements()
  defineNavMenu(channel, navigate)
  defineTitleBar(channel)
  reportLocation(channel)
  followAdminLinks(leave)
  if (channel.framed) {
    window.fetch = authenticatedFetch(window.fetch.bind(window), tokens, leave)
    window.open = adminAwareOpen(window.open.bind(window), leave)
  }

  const meta = document.querySelector('meta[name="shopify-api-key"]')
  const shopify = {
    config: {
      apiKey: meta?.getAttribute('content') ?? script.dataset['apiKey'] ?? '',
      shop: query.get('shop') ?? undefined,
      host: query.get('host') ?? undefined,
      locale: query.get('locale') ?? 'en',
    },
    origin: channel.frameOrigin,
    ready: Promise.resolve(),
    environment: { mobile: false, embedded: channel.framed, pos: false, intent: false },
    idToken: () => tokens.get(),
    loading: (on = true) => channel.send({ type: 'loading', on }),
    toast: createToast(channel),
    saveBar: defineSaveBar(channel),
    modal: defineModal(),
    user: async () => ({ accountAccess: 'full' }),
    webVitals: { onReport: async () => undefined },
    resourcePicker: notInTheSandbox('resourcePicker'),
    picker: notInTheSandbox('picker'),
    scanner: { capture: notInTheSandbox('scanner.capture') },
    reviews: { request: notInTheSandbox('reviews.request') },
    scopes: {
      query: notInTheSandbox('scopes.query'),
      request: notInTheSandbox('scopes.request'),
      revoke: notInTheSandbox('scopes.revoke'),
    },
  }
  Object.assign(window, { shopify })
  bounce(channel, tokens).catch((error: unknown) => console.error(error))
}

function notInTheSandbox(name: string): () => Promise<never> {
  return () => Promise.reject(new Error(`App Bridge: the sandbox has no shopify.${name}()`))
}

/** Only a classic script knows its own address; a second tag on the same page changes nothing. */
if (document.currentScript instanceof HTMLScriptElement && !('shopify' in window)) start(document.currentScript)
