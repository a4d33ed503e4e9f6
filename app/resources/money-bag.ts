/** The Admin API's pair of one amount in the shop's currency and in the buyer's. The copy keeps the shop's. */
import { decimalOf, objectOf, textOf } from './read-values'

type Node = Readonly<Record<string, unknown>>

/** The amount in shop currency of a `MoneyBag` field. */
export const shopMoney = (node: Node, field: string): string | null => decimalOf(inShop(node, field)?.amount, field)

export const shopCurrency = (node: Node, field: string): string | null =>
  textOf(inShop(node, field)?.currencyCode, field)

const inShop = (node: Node, field: string) => objectOf(objectOf(node[field], field)?.shopMoney, field)
