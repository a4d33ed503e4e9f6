import { json, type LoaderFunctionArgs } from '@remix-run/node'
import { TitleBar } from '@shopify/app-bridge-react'
import { EmptyState, Page } from '@shopify/polaris'
import { shopify } from '~/shopify.server'

/** Any address of the app that is none of its pages. */
export async function loader({ request }: LoaderFunctionArgs) {
  await shopify.authenticate.admin(request)
  return json(null, { status: 404 })
}

export default function NoSuchPage() {
  return (
    <Page>
      <TitleBar title="Lockstep" />
      <EmptyState
        image="/favicon.svg"
        heading="There is no such page"
        action={{ content: 'Open Lockstep', url: '/app' }}
      >
        <p>The link may be an old one.</p>
      </EmptyState>
    </Page>
  )
}
