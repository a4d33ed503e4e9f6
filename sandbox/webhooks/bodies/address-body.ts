import type { AddressRecord, CustomerRecord } from '../../model.ts'
import { rawId } from './raw-id.ts'

/** First and last name as one, or null when there is neither. */
export function fullName(person: { firstName: string | null; lastName: string | null }): string | null {
  return [person.firstName, person.lastName].filter((name) => name !== null).join(' ') || null
}

/** An order's shipping or billing address. */
export function orderAddressBody(address: AddressRecord) {
  return {
    first_name: address.firstName,
    address1: address.address1,
    phone: address.phone,
    city: address.city,
    zip: address.zip,
    province: address.province,
    country: address.country,
    last_name: address.lastName,
    address2: address.address2,
    company: address.company,
    latitude: null,
    longitude: null,
    name: fullName(address),
    country_code: address.countryCode,
    province_code: address.provinceCode,
  }
}

/** A customer's default address. It bears the customer's number as its id: the model has one address a customer. */
export function customerAddressBody(customer: CustomerRecord, address: AddressRecord) {
  return {
    id: rawId(customer.id),
    customer_id: rawId(customer.id),
    first_name: address.firstName,
    last_name: address.lastName,
    company: address.company,
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    province: address.province,
    country: address.country,
    zip: address.zip,
    phone: address.phone,
    name: fullName(address),
    province_code: address.provinceCode,
    country_code: address.countryCode,
    country_name: address.country,
    default: true,
  }
}
