import type { Plan, ShopRecord } from '../../model.ts'
import { gid } from '../ids.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolvers } from './resolver.ts'

const PLAN_NAMES: Record<Plan, string> = { standard: 'Basic', advanced: 'Advanced', plus: 'Plus', enterprise: 'Plus' }
/** There is one installation and one app in a sandbox shop; both take their number from the shop. */
const INSTALLATION = 'AppInstallation'

export const shopResolvers: Resolvers = {
  Shop: fieldsOf<ShopRecord>({
    id: (shop) => gid('Shop', shop.id),
    name: (shop) => shop.name,
    email: (shop) => shop.email,
    contactEmail: (shop) => shop.email,
    myshopifyDomain: (shop) => shop.domain,
    url: (shop) => `https://${shop.domain}`,
    primaryDomain: (shop) => shop,
    currencyCode: (shop) => shop.currency,
    ianaTimezone: (shop) => shop.timezone,
    plan: (shop) => shop.plan,
  }),
  Domain: fieldsOf<ShopRecord>({
    id: (shop) => gid('Domain', shop.id),
    host: (shop) => shop.domain,
    url: (shop) => `https://${shop.domain}`,
    sslEnabled: () => true,
  }),
  ShopPlan: fieldsOf<Plan>({
    displayName: (plan) => PLAN_NAMES[plan],
    publicDisplayName: (plan) => PLAN_NAMES[plan],
    partnerDevelopment: () => false,
    shopifyPlus: (plan) => plan === 'plus' || plan === 'enterprise',
  }),
  AppInstallation: fieldsOf<ShopRecord>({
    id: (shop) => gid(INSTALLATION, shop.id),
    accessScopes: (_, __, { scopes }) => [...scopes],
    app: (shop) => shop,
  }),
  AccessScope: fieldsOf<string>({
    handle: (scope) => scope,
    description: (scope) => `Grants the app ${scope.replaceAll('_', ' ')}`,
  }),
  App: fieldsOf<ShopRecord>({
    id: (shop) => gid('App', shop.id),
    apiKey: (_, __, { apiKey }) => apiKey,
    embedded: () => true,
    installation: (shop) => shop,
  }),
}
