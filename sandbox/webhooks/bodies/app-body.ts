import type { ShopStore } from '../../contract.ts'
import type { Plan, ShopRecord } from '../../model.ts'
import { gid, rawId } from './raw-id.ts'

/** As REST's `plan_name` and `plan_display_name`. */
const plans: Record<Plan, { name: string; display: string }> = {
  standard: { name: 'basic', display: 'Basic' },
  advanced: { name: 'unlimited', display: 'Advanced' },
  plus: { name: 'shopify_plus', display: 'Shopify Plus' },
  enterprise: { name: 'enterprise', display: 'Enterprise' },
}

/** app/uninstalled tells the shop that removed the app. */
export function appUninstalledBody({ shop }: ShopStore) {
  return {
    id: rawId(shop.id),
    name: shop.name,
    email: shop.email,
    domain: shop.domain,
    ...placeOf(shop),
    source: null,
    primary_locale: 'en',
    created_at: null,
    updated_at: null,
    customer_email: shop.email,
    ...moneyOf(shop),
    timezone: shop.timezone,
    iana_timezone: shop.timezone,
    shop_owner: shop.name,
    weight_unit: 'kg',
    plan_display_name: plans[shop.plan].display,
    plan_name: plans[shop.plan].name,
    has_discounts: false,
    has_gift_cards: false,
    myshopify_domain: shop.domain,
    google_apps_domain: null,
    google_apps_login_enabled: null,
    eligible_for_payments: true,
    requires_extra_payments_agreement: false,
    password_enabled: false,
    has_storefront: true,
    finances: true,
    primary_location_id: rawId(shop.id),
    checkout_api_supported: true,
    multi_location_enabled: true,
    setup_required: false,
    pre_launch_enabled: false,
    marketing_sms_consent_enabled_at_checkout: false,
    transactional_sms_disabled: false,
  }
}

/** app/scopes_update. `updatedAtMs`: milliseconds since 1970. */
export function scopesUpdateBody(
  { shop }: ShopStore,
  previous: readonly string[],
  current: readonly string[],
  updatedAtMs: number,
) {
  return {
    id: 1,
    shop_id: gid('Shop', shop.id),
    previous: [...previous],
    current: [...current],
    updated_at: new Date(updatedAtMs).toISOString(),
  }
}

/** The model keeps no address of the shop: one that belongs to nobody stands in. */
function placeOf(shop: ShopRecord) {
  return {
    province: 'Ontario',
    country: 'CA',
    address1: '1 Main Street',
    zip: 'K1A 0A1',
    city: 'Ottawa',
    phone: null,
    latitude: null,
    longitude: null,
    address2: shop.name,
    country_code: 'CA',
    country_name: 'Canada',
    province_code: 'ON',
  }
}

function moneyOf({ currency }: ShopRecord) {
  const [short, long] = ['{{amount}}', `{{amount}} ${currency}`]
  return {
    currency,
    money_format: short,
    money_with_currency_format: long,
    money_in_emails_format: short,
    money_with_currency_in_emails_format: long,
    taxes_included: false,
    auto_configure_tax_inclusivity: null,
    tax_shipping: null,
    county_taxes: null,
    enabled_presentment_currencies: [currency],
  }
}
