/**
 * POST /webhooks/customers: where shopify.app.toml sends the topics of customers. A topic of something else that is sent here is
 * handled just the same: see the action.
 */
export { action, loader } from '~/webhooks/action.server'
