/** A mailing address as the copy stores it, from either channel. */
import { objectOf, textOf } from './read-values'
import type { Row } from './resource'

export function addressFromNode(value: unknown, field: string): Row | null {
  const node = objectOf(value, field)
  if (node === null) return null
  const read = (key: string) => textOf(node[key], `${field}.${key}`)
  return {
    first_name: read('firstName'),
    last_name: read('lastName'),
    company: read('company'),
    address1: read('address1'),
    address2: read('address2'),
    city: read('city'),
    province: read('province'),
    province_code: read('provinceCode'),
    country: read('country'),
    country_code: read('countryCodeV2'),
    zip: read('zip'),
    phone: read('phone'),
  }
}

const ADDRESS_KEYS = [
  'first_name',
  'last_name',
  'company',
  'address1',
  'address2',
  'city',
  'province',
  'province_code',
  'country',
  'country_code',
  'zip',
  'phone',
] as const

export function addressFromBody(value: unknown, field: string): Row | null {
  const body = objectOf(value, field)
  if (body === null) return null
  return Object.fromEntries(ADDRESS_KEYS.map((key) => [key, textOf(body[key], `${field}.${key}`)]))
}

export const ADDRESS_SELECTION = `{
  firstName lastName company address1 address2 city province provinceCode country countryCodeV2 zip phone
}`
