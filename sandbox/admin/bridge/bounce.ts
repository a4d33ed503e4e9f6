import { appAddress } from '../app-address.ts'
import type { Channel } from './channel.ts'
import type { TokenSource } from './id-token.ts'

/**
 * On shopify-app-remix's bounce page (`/auth/session-token?shopify-reload=<url>`), which a document request without a
 * valid token is sent to: load that URL again with a token. A page of another origin never gets one. Outside the
 * admin there are no tokens, so the page opens there instead.
 */
export async function bounce(channel: Channel, tokens: TokenSource): Promise<void> {
  const query = new URLSearchParams(location.search)
  const reload = query.get('shopify-reload')
  if (!reload) return
  const target = new URL(reload, location.href)
  if (target.origin !== location.origin) {
    console.error(`App Bridge: will not reload ${target.origin}, because this page is ${location.origin}`)
    return
  }
  if (!channel.framed) {
    const shop = encodeURIComponent(query.get('shop') ?? '')
    location.replace(`${channel.frameOrigin}/store/${shop}?path=${encodeURIComponent(appAddress(target.href))}`)
    return
  }
  target.searchParams.set('id_token', await tokens.get())
  location.replace(target)
}
