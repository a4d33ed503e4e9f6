import type { SandboxOptions, SandboxShop, Sandbox, ShopSeed } from '../contract.ts'
import { startSandbox } from '../server.ts'
import type { BulkStatus } from './bulk-operation.ts'

const DOMAIN = 'bulk.myshopify.com'
const APP = { apiKey: 'key', apiSecret: 'secret', appUrl: 'http://127.0.0.1:9' }
const FIELDS = 'id status type errorCode createdAt completedAt objectCount rootObjectCount fileSize url partialDataUrl'

export interface ShownOperation {
  id: string
  status: BulkStatus
  type: string
  errorCode: string | null
  createdAt: string
  completedAt: string | null
  objectCount: string
  rootObjectCount: string
  fileSize: string | null
  url: string | null
  partialDataUrl: string | null
}

export interface Submission {
  bulkOperation: ShownOperation | null
  userErrors: { field: string[] | null; message: string; code?: string }[]
}

export type Line = Record<string, unknown>

/** A sandbox with one shop, and an app that speaks to it as over the network. */
export interface BulkBench {
  sandbox: Sandbox
  shop: SandboxShop
  /** One request to an address below `/admin`, with the app's token. */
  post(path: string, body: unknown): Promise<Response>
  /** The `data` of an answer; throws when there are errors. */
  ask(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>>
  submit(query: string, groupObjects?: boolean): Promise<Submission>
  show(id: string): Promise<ShownOperation>
  /** Submits and polls until the operation is no longer under way. */
  run(query: string, groupObjects?: boolean): Promise<ShownOperation>
  /** The parsed lines of a result. */
  download(url: string | null): Promise<Line[]>
}

export async function startBulkBench(
  seed: Partial<ShopSeed> = {},
  options: Partial<SandboxOptions> = {},
): Promise<BulkBench> {
  const sandbox = await startSandbox({ ...APP, ...options, port: 0 })
  const shop = sandbox.createShop({
    domain: DOMAIN,
    seed: 3,
    products: 20,
    customers: 20,
    orders: 30,
    plan: 'enterprise',
    ...seed,
  })
  let token = ''
  const post = (path: string, body: unknown) =>
    fetch(`${sandbox.url}/${DOMAIN}/admin/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Shopify-Access-Token': token },
      body: JSON.stringify(body),
    })
  const granted = await post('oauth/access_token', {
    client_id: APP.apiKey,
    client_secret: APP.apiSecret,
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: shop.sessionToken(),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
  })
  token = ((await granted.json()) as { access_token: string }).access_token

  const bench: BulkBench = {
    sandbox,
    shop,
    post,
    async ask(query, variables = {}) {
      const response = await post('api/2026-10/graphql.json', { query, variables })
      const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown }
      if (errors) throw new Error(JSON.stringify(errors))
      return data
    },
    async submit(query, groupObjects = false) {
      const mutation = `mutation($query:String!,$group:Boolean!){bulkOperationRunQuery(query:$query,groupObjects:$group){
        bulkOperation{${FIELDS}} userErrors{field message code}}}`
      return (await bench.ask(mutation, { query, group: groupObjects }))['bulkOperationRunQuery'] as Submission
    },
    async show(id) {
      return (await bench.ask(`query($id:ID!){bulkOperation(id:$id){${FIELDS}}}`, { id }))[
        'bulkOperation'
      ] as ShownOperation
    },
    async run(query, groupObjects) {
      const { bulkOperation, userErrors } = await bench.submit(query, groupObjects)
      if (!bulkOperation) throw new Error(JSON.stringify(userErrors))
      for (;;) {
        const shown = await bench.show(bulkOperation.id)
        if (!['CREATED', 'RUNNING', 'CANCELING'].includes(shown.status)) return shown
      }
    },
    async download(url) {
      const text = url === null ? '' : await (await fetch(url)).text()
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line)
    },
  }
  return bench
}
