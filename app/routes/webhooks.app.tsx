/**
 * POST /webhooks/app: the installation itself and the shop's own details: app/uninstalled, app/scopes_update and shop/update. They
 * may come late: the shop may have installed the app anew.
 */
export { action, loader } from '~/webhooks/action.server'
