/**
 * The app's settings in every test. No test talks to anything but this machine; the database here is one that nobody
 * can reach, and tests that have one replace it.
 */
export const testEnvironment = {
  SHOPIFY_API_KEY: 'test-api-key',
  SHOPIFY_API_SECRET: 'test-api-secret',
  SHOPIFY_APP_URL: 'https://lockstep.test',
  SCOPES: 'read_customers,read_customer_merge,read_orders,read_products',
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  LOG_LEVEL: 'silent',
  // Half an hour off every usual zone: code that takes the machine's time for the shop's or for UTC is seen.
  TZ: 'America/St_Johns',
}
