import { GraphQLError } from 'graphql'

/** The caller asked for something that Shopify would refuse. */
export function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })
}

/** `what`: a coordinate of the schema or a search term. An error rather than null, so that nobody takes it for data. */
export function notModelled(what: string): GraphQLError {
  return new GraphQLError(`the sandbox does not model ${what}`, { extensions: { code: 'SANDBOX_NOT_MODELLED' } })
}

/** As Shopify denies what the app's scopes do not cover. */
export function accessDenied(fieldName: string, requiredAccess: string): GraphQLError {
  return new GraphQLError(`Access denied for ${fieldName} field. Required access: ${requiredAccess}`, {
    extensions: {
      code: 'ACCESS_DENIED',
      documentation: 'https://shopify.dev/api/usage/access-scopes',
      requiredAccess,
    },
  })
}

const PROTECTED_CUSTOMER_DATA = 'https://shopify.dev/docs/apps/launch/protected-customer-data'

/** As Shopify withholds protected customer data from an app that was not approved for it: null, and this error. */
export function notApproved(fieldName: string): GraphQLError {
  const message = `This app is not approved to use the ${fieldName} field. See ${PROTECTED_CUSTOMER_DATA} for more details.`
  return new GraphQLError(message, { extensions: { code: 'ACCESS_DENIED', documentation: PROTECTED_CUSTOMER_DATA } })
}

/** True when one of the scopes that the text names is held. Writing includes reading. */
export function holdsAccess(requiredAccess: string, scopes: ReadonlySet<string>): boolean {
  const named = [...requiredAccess.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '')
  return named.length === 0 || named.some((scope) => scopes.has(scope) || scopes.has(scope.replace(/^read_/, 'write_')))
}
