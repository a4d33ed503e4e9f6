import type { PoolClient } from 'pg'
import type { Delivery, Outcome } from '~/webhooks/delivery'
import { redactCustomer } from './redact-customer.server'
import { redactShop } from './redact-shop.server'
import { requestData } from './request-data.server'

type Handler = (client: PoolClient, delivery: Delivery) => Promise<Outcome>

/** The topics that every public app must obey. They need no token and no installation. Each runs in a transaction. */
export const complianceTopics: Readonly<Record<string, Handler>> = {
  'customers/data_request': requestData,
  'customers/redact': redactCustomer,
  'shop/redact': redactShop,
}
