import type { AddressRecord, CustomerRecord, Timestamp } from '../model.ts'
import { chance, int, pick, sample } from '../random.ts'
import type { Random } from '../random.ts'
import type { MutableShopStore } from '../store.ts'
import type { Moments } from './moments.ts'
import { CUSTOMER_NOTES, CUSTOMER_TAGS, FIRST_NAMES, LAST_NAMES, PLACES, STREETS } from './words.ts'

export interface PersonName {
  firstName: string | null
  lastName: string | null
}

/** Adds one customer without orders. `index` counts from 0 and makes the e-mail address unique. */
export function seedCustomer(
  store: MutableShopStore,
  random: Random,
  moments: Moments,
  index: number,
  createdAt: Timestamp,
): void {
  const firstName = chance(random, 0.92) ? pick(random, FIRST_NAMES) : null
  const lastName = chance(random, 0.9) ? pick(random, LAST_NAMES) : null
  const hasEmail = chance(random, 0.88)
  const id = store.nextId()
  const customer: CustomerRecord = {
    id,
    email: hasEmail ? `customer${index + 1}@${pick(random, ['example.com', 'mail.example', 'shop.example'])}` : null,
    phone: !hasEmail || chance(random, 0.3) ? uniquePhone(random, index) : null,
    firstName,
    lastName,
    note: chance(random, 0.1) ? pick(random, CUSTOMER_NOTES) : null,
    state: pick(random, ['DISABLED', 'DISABLED', 'DISABLED', 'ENABLED', 'INVITED', 'DECLINED']),
    tags: sample(random, CUSTOMER_TAGS, pick(random, [0, 0, 0, 1, 2, 3])),
    numberOfOrders: 0,
    amountSpent: '0.00',
    acceptsMarketing: hasEmail && chance(random, 0.45),
    defaultAddress: chance(random, 0.75) ? seedAddress(random, { firstName, lastName }) : null,
    createdAt,
    updatedAt: moments.since(createdAt),
  }
  store.customers.set(id, customer)
}

/** A whole address, or one of which parts are missing. */
export function seedAddress(random: Random, name: PersonName): AddressRecord {
  const place = pick(random, PLACES)
  const sparse = chance(random, 0.06)
  return {
    firstName: name.firstName,
    lastName: name.lastName,
    company: chance(random, 0.15) ? 'Kontor & Söhne GmbH' : null,
    address1: sparse ? null : `${int(random, 1, 480)} ${pick(random, STREETS)}`,
    address2: chance(random, 0.2) ? `Apt ${int(random, 1, 60)}` : null,
    city: sparse ? null : place.city,
    province: place.province,
    provinceCode: place.provinceCode,
    country: place.country,
    countryCode: place.countryCode,
    zip: sparse ? null : place.zip,
    phone: chance(random, 0.35) ? `${place.dial}${int(random, 1000000, 9999999)}` : null,
  }
}

function uniquePhone(random: Random, index: number): string {
  return `${pick(random, PLACES).dial}${String(2_000_000 + index)}`
}
