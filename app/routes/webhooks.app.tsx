/**
 * POST /webhooks/app: the installation itself, app/uninstalled and app/scopes_update. Both come without a token that
 * works, and may come late: the shop may have installed the app anew.
 */
export { action, loader } from '~/webhooks/action.server'
