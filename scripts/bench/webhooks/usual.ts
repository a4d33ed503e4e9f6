/** The framework's usual way: a Remix action with `authenticate.webhook`, then one Prisma upsert. */
import { createServer } from 'node:http'
import { createRequestHandler } from '@remix-run/express'
import type { ActionFunctionArgs, ServerBuild } from '@remix-run/node'
import express from 'express'
import { prisma } from '~/db.server'
import { shopify } from '~/shopify.server'
import { announce } from './announce.ts'

type RouteModule = NonNullable<ServerBuild['routes'][string]>['module']
type Payload = Readonly<Record<string, string | null>>

async function action({ request }: ActionFunctionArgs): Promise<Response> {
  const { payload, shop, topic } = await shopify.authenticate.webhook(request)
  await upsert(shop, topic, payload as Payload)
  return new Response()
}

async function upsert(domain: string, topic: string, body: Payload): Promise<void> {
  const shopId = BigInt(/\d+/.exec(domain)?.[0] ?? 0)
  const key = { shopId, id: BigInt(body['id'] ?? 0) }
  const at = new Date(body['updated_at'] ?? 0)
  const seen = { sourceUpdatedAt: at, observedAt: at, channel: 'webhook' }
  const where = { shopId_id: key }
  if (topic.startsWith('ORDERS')) {
    const row = { ...seen, name: body['name'], email: body['email'], totalPrice: body['total_price'] }
    await prisma.order.upsert({ where, create: { ...key, ...row }, update: row })
  } else if (topic.startsWith('PRODUCTS')) {
    const row = { ...seen, title: body['title'], handle: body['handle'], vendor: body['vendor'] }
    await prisma.product.upsert({ where, create: { ...key, ...row }, update: row })
  } else {
    const row = { ...seen, email: body['email'], firstName: body['first_name'], lastName: body['last_name'] }
    await prisma.customer.upsert({ where, create: { ...key, ...row }, update: row })
  }
}

const build: ServerBuild = {
  entry: { module: { default: () => new Response(null, { status: 404 }) } },
  // A route without a page: its type wants one.
  routes: { webhooks: { id: 'webhooks', path: 'webhooks/*', module: { action } as RouteModule } },
  assets: { entry: { imports: [], module: '' }, routes: {}, url: '', version: '' },
  future: {} as ServerBuild['future'],
  assetsBuildDirectory: '',
  publicPath: '/',
  isSpaMode: false,
  mode: 'production',
}

announce(createServer(express().all('*', createRequestHandler({ build, mode: 'production' }))))
