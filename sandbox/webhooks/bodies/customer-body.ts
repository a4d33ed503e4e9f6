import type { CustomerRecord, Id, ShopRecord } from '../../model.ts'
import { customerAddressBody } from './address-body.ts'
import { gid, rawId } from './raw-id.ts'
import { shopTime } from './shop-time.ts'

function coreOf(shop: ShopRecord, customer: CustomerRecord) {
  return {
    id: rawId(customer.id),
    created_at: shopTime(shop, customer.createdAt),
    updated_at: shopTime(shop, customer.updatedAt),
    first_name: customer.firstName,
    last_name: customer.lastName,
    state: customer.state.toLowerCase(),
    note: customer.note,
    verified_email: customer.email !== null,
    multipass_identifier: null,
    tax_exempt: false,
    email: customer.email,
    phone: customer.phone,
    currency: shop.currency,
    tax_exemptions: [],
    admin_graphql_api_id: gid('Customer', customer.id),
    default_address: customer.defaultAddress && customerAddressBody(customer, customer.defaultAddress),
  }
}

/** The customer as an order's body has it: without the list of addresses. */
export function orderCustomerBody(shop: ShopRecord, customer: CustomerRecord) {
  return coreOf(shop, customer)
}

/** customers/create, customers/update, customers/enable and customers/disable. As in Shopify's sample: no tags, order count, amount spent or consent. */
export function customerBody(shop: ShopRecord, customer: CustomerRecord) {
  const core = coreOf(shop, customer)
  return { ...core, addresses: core.default_address ? [core.default_address] : [] }
}

/** customers/delete */
export function customerDeletedBody(id: Id) {
  return { id: rawId(id), tax_exemptions: [], admin_graphql_api_id: gid('Customer', id) }
}

/** customers/merge, of a merge that succeeded. */
export function customersMergedBody(keptId: Id, deletedId: Id) {
  return {
    admin_graphql_api_customer_kept_id: gid('Customer', keptId),
    admin_graphql_api_customer_deleted_id: gid('Customer', deletedId),
    admin_graphql_api_job_id: null,
    status: 'success',
    errors: [],
  }
}
