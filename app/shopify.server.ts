/** The sole shopifyApp(), and beside it the plain API object, which the framework does not hand out. */
import '@shopify/shopify-app-remix/adapters/node'
import { shopifyApi as createApi } from '@shopify/shopify-api'
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime'
import { AppDistribution, LogSeverity, shopifyApp } from '@shopify/shopify-app-remix/server'
import { PrismaSessionStorage } from '@shopify/shopify-app-session-storage-prisma'
import { prisma } from './db.server'
import { env } from './env.server'
import { log } from './log.server'
import { apiVersion } from './shopify/api-version'
import { outboundFetch } from './shopify/outbound-fetch.server'
import { welcomeShop } from './welcome-shop.server'

// The libraries keep the fetch they found when they were loaded: this is their own way to give them another.
setAbstractFetchFunc(outboundFetch(env.SHOPIFY_SANDBOX_URL))
if (env.SHOPIFY_SANDBOX_URL !== undefined) {
  log.warn({ url: env.SHOPIFY_SANDBOX_URL }, 'SHOPIFY_SANDBOX_URL is set: this process does not talk to Shopify')
}

export const sessionStorage = new PrismaSessionStorage(prisma)

const settings = {
  apiKey: env.SHOPIFY_API_KEY,
  apiSecretKey: env.SHOPIFY_API_SECRET,
  scopes: env.SCOPES.split(','),
  apiVersion,
  isEmbeddedApp: true,
  logger: { level: LogSeverity.Warning, log: logOfLibrary },
} as const

export const shopify = shopifyApp({
  ...settings,
  scopes: [...settings.scopes],
  appUrl: env.SHOPIFY_APP_URL,
  authPathPrefix: '/auth',
  distribution: AppDistribution.AppStore,
  sessionStorage,
  hooks: { afterAuth: ({ session }) => welcomeShop(session) },
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
})

/** Signature checks and token refreshes, with neither session nor request. */
export const shopifyApi = createApi({
  ...settings,
  scopes: [...settings.scopes],
  hostName: new URL(env.SHOPIFY_APP_URL).host,
})

function logOfLibrary(severity: LogSeverity, message: string): void {
  const level = severity === LogSeverity.Error ? 'error' : severity === LogSeverity.Warning ? 'warn' : 'debug'
  log[level]({ from: 'shopify-api' }, message)
}
