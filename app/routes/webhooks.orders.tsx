/**
 * POST /webhooks/orders: where shopify.app.toml sends the topics of orders, their refunds and transactions included. A
 * topic of something else that is sent here is handled just the same: see the action.
 */
export { action, loader } from '~/webhooks/action.server'
