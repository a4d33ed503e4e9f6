/**
 * POST /webhooks/pubsub: where a push subscription of Google Cloud Pub/Sub sends what Shopify published to its topic. 404 where
 * Pub/Sub is not set up.
 */
export { action, loader } from '~/webhooks/pubsub/action.server'
