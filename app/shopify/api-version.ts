import { ApiVersion } from '@shopify/shopify-api'

/** The one Admin API version, for requests and, in `shopify.app.toml`, for webhook bodies. */
export const apiVersion = ApiVersion.October26
