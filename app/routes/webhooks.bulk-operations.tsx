/**
 * POST /webhooks/bulk-operations: bulk_operations/finish, which only brings forward what is done without it as well.
 * Shopify does not promise that it comes.
 */
export { action, loader } from '~/webhooks/action.server'
