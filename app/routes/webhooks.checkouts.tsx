/**
 * POST /webhooks/checkouts: where shopify.app.toml sends the topics of checkouts. A topic of something else that is sent here is
 * handled just the same: see the action.
 */
export { action, loader } from '~/webhooks/action.server'
