import type { AddressRecord, Id } from '../../model.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolvers } from './resolver.ts'

/** An address has no id of its own in the model; it borrows its owner's. */
export interface OwnedAddress {
  id: string
  address: AddressRecord
}

export function owned(address: AddressRecord | null, ownerId: Id, role: string): OwnedAddress | null {
  return address && { id: `gid://shopify/MailingAddress/${ownerId}?model_name=${role}`, address }
}

export const addressResolvers: Resolvers = {
  MailingAddress: fieldsOf<OwnedAddress>({
    id: ({ id }) => id,
    firstName: ({ address }) => address.firstName,
    lastName: ({ address }) => address.lastName,
    name: ({ address }) => [address.firstName, address.lastName].filter(Boolean).join(' ') || null,
    company: ({ address }) => address.company,
    address1: ({ address }) => address.address1,
    address2: ({ address }) => address.address2,
    city: ({ address }) => address.city,
    province: ({ address }) => address.province,
    provinceCode: ({ address }) => address.provinceCode,
    country: ({ address }) => address.country,
    countryCode: ({ address }) => address.countryCode,
    countryCodeV2: ({ address }) => address.countryCode,
    zip: ({ address }) => address.zip,
    phone: ({ address }) => address.phone,
  }),
}
