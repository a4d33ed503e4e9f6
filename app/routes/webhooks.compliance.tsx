/**
 * POST /webhooks/compliance: customers/data_request, customers/redact and shop/redact, which every public app must obey.
 * shop/redact comes 48 hours after an uninstall, when nothing of the shop's session works any more.
 */
export { action, loader } from '~/webhooks/action.server'
