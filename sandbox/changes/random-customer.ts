import type { CustomerRecord } from '../model.ts'
import { chance, int, pick, sample } from '../random.ts'
import type { Random } from '../random.ts'
import { seedAddress } from '../seed/customers.ts'
import { CUSTOMER_NOTES, CUSTOMER_TAGS, FIRST_NAMES, LAST_NAMES } from '../seed/words.ts'
import type { MutableShopStore } from '../store.ts'
import { randomFields } from './random-fields.ts'

const states = ['DISABLED', 'ENABLED', 'INVITED', 'DECLINED'] as const

/** The fields of a new customer. E-mail address and telephone number are nobody else's in the shop. */
export function randomCustomer(store: MutableShopStore, random: Random): Partial<CustomerRecord> {
  const name = randomName(random)
  return {
    ...name,
    email: uniqueEmail(store),
    phone: chance(random, 0.4) ? uniquePhone(store) : null,
    note: randomNote(random),
    state: pick(random, states),
    tags: sample(random, CUSTOMER_TAGS, int(random, 0, 3)),
    acceptsMarketing: chance(random, 0.5),
    defaultAddress: chance(random, 0.7) ? seedAddress(random, name) : null,
  }
}

/** One to three fields of the customer anew. Shopify wants a name, an address or a number of everyone: one stays. */
export function randomCustomerUpdate(
  store: MutableShopStore,
  random: Random,
  customer: CustomerRecord,
): Partial<CustomerRecord> {
  const name = randomName(random)
  const fields = randomFields<CustomerRecord>(random, {
    firstName: () => name.firstName,
    lastName: () => name.lastName,
    email: () => (chance(random, 0.7) ? uniqueEmail(store) : null),
    phone: () => (chance(random, 0.6) ? uniquePhone(store) : null),
    note: () => randomNote(random),
    state: () => pick(random, states),
    tags: () => sample(random, CUSTOMER_TAGS, int(random, 0, 3)),
    acceptsMarketing: () => chance(random, 0.5),
    defaultAddress: () => (chance(random, 0.7) ? seedAddress(random, name) : null),
  })
  const { email, phone, firstName, lastName } = { ...customer, ...fields }
  return (email ?? phone ?? firstName ?? lastName) ? fields : { ...fields, email: uniqueEmail(store) }
}

function randomName(random: Random): { firstName: string | null; lastName: string | null } {
  return {
    firstName: chance(random, 0.85) ? pick(random, FIRST_NAMES) : null,
    lastName: chance(random, 0.85) ? pick(random, LAST_NAMES) : null,
  }
}

function randomNote(random: Random): string | null {
  return chance(random, 0.5) ? pick(random, CUSTOMER_NOTES) : null
}

function uniqueEmail(store: MutableShopStore): string {
  return `buyer${store.nextId()}@example.com`
}

function uniquePhone(store: MutableShopStore): string {
  return `+1206${store.nextId().slice(-7)}`
}
