import { addressFromNode } from '../address'
import { decimalOf, filledText, idOf, objectOf, required, tagsOf, textOf, timeOf, wordOf } from '../read-values'
import type { CanonicalRecord, SourceNode } from '../resource'

/** A `Customer` node. Carries every column. */
export function customerFromNode(source: SourceNode): CanonicalRecord {
  const node = source as SourceNode & Record<string, unknown>
  const email = objectOf(node.defaultEmailAddress, 'Customer.defaultEmailAddress')
  const phone = objectOf(node.defaultPhoneNumber, 'Customer.defaultPhoneNumber')
  const spent = objectOf(node.amountSpent, 'Customer.amountSpent')
  return {
    id: idOf(node.id, 'Customer.id'),
    sourceUpdatedAt: required(timeOf(node.updatedAt, 'Customer.updatedAt'), 'Customer.updatedAt'),
    fields: {
      email: filledText(email?.emailAddress, 'Customer.defaultEmailAddress.emailAddress'),
      phone: filledText(phone?.phoneNumber, 'Customer.defaultPhoneNumber.phoneNumber'),
      first_name: textOf(node.firstName, 'Customer.firstName'),
      last_name: textOf(node.lastName, 'Customer.lastName'),
      state: wordOf(node.state, 'Customer.state'),
      tags: tagsOf(node.tags, 'Customer.tags'),
      orders_count: node.numberOfOrders == null ? null : idOf(node.numberOfOrders, 'Customer.numberOfOrders'),
      amount_spent: decimalOf(spent?.amount, 'Customer.amountSpent.amount'),
      currency: textOf(spent?.currencyCode, 'Customer.amountSpent.currencyCode'),
      // Without an e-mail address there is nothing to consent to.
      accepts_marketing: email?.marketingState === 'SUBSCRIBED',
      default_address: addressFromNode(node.defaultAddress, 'Customer.defaultAddress'),
      created_at: timeOf(node.createdAt, 'Customer.createdAt'),
    },
    children: {},
  }
}
