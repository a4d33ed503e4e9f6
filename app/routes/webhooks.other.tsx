/**
 * POST /webhooks/other: topics beside those of shopify.app.toml that EXTRA_WEBHOOK_TOPICS or the management API subscribed
 * to and that are of no resource. They are recorded; what nothing here can use changes nothing: see the action.
 */
export { action, loader } from '~/webhooks/action.server'
