/** The limit: a bare server that checks the signature and does one INSERT a request. Nothing is parsed, nothing applied. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import pg from 'pg'
import { announce } from './announce.ts'

const secret = process.env['SHOPIFY_API_SECRET'] ?? ''
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 20 })
await pool.query(
  `create table if not exists bench_limit (
     id bigserial primary key, shop text not null, topic text not null, webhook_id text not null, payload jsonb not null,
     received_at timestamptz not null default now(), unique (shop, topic, webhook_id))
   -- As the app's own: else what is inserted here would be vacuumed while the others are measured.
   with (autovacuum_vacuum_insert_threshold = -1, toast.autovacuum_vacuum_insert_threshold = -1)`,
)

async function accept(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  const header = (name: string) => String(request.headers[name] ?? '')
  const expected = createHmac('sha256', secret).update(body).digest()
  const given = Buffer.from(header('x-shopify-hmac-sha256'), 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    response.writeHead(401).end()
    return
  }
  await pool.query({
    name: 'insert',
    text: 'insert into bench_limit (shop, topic, webhook_id, payload) values ($1, $2, $3, $4)',
    values: [
      header('x-shopify-shop-domain'),
      header('x-shopify-topic'),
      header('x-shopify-webhook-id'),
      body.toString('utf8'),
    ],
  })
  response.writeHead(200, { 'Content-Length': 0 }).end()
}

announce(
  createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void accept(request, response, Buffer.concat(chunks)))
  }),
)
