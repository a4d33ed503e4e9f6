import { TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Page, Text } from '@shopify/polaris'
import type { WebhooksPage } from '~/presenters/webhooks/webhooks-page'
import { DeadLetters, type DeadLettersProps } from './dead-letters'
import { RefusedRequests } from './refused-requests'
import { Speed } from './speed'
import { TopicTable } from './topic-table'
import { VerdictBanner } from './verdict-banner'

export interface WebhooksViewProps {
  page: WebhooksPage
  /** False when the server did not answer: then the page is as it was. */
  isReachable: boolean
  deadLetters: DeadLettersProps
}

export function WebhooksView({ page, isReachable, deadLetters }: WebhooksViewProps) {
  return (
    <Page>
      <TitleBar title="Webhooks" />
      <Text as="h1" visuallyHidden>
        Webhooks
      </Text>
      <BlockStack gap="400">
        <VerdictBanner verdict={page.verdict} />
        <DeadLetters {...deadLetters} />
        <Speed latencies={page.latencies} since={page.columns.day} />
        <TopicTable topics={page.topics} columns={page.columns} />
        <RefusedRequests refused={page.refused} columns={page.columns} />
        <Box paddingBlockEnd="400">
          {/* What changes each minute is not in it: a screen reader would be interrupted each time. */}
          <div role="status">
            {!isReachable && (
              <Text as="p" tone="subdued" alignment="center">
                Lockstep does not answer at the moment. The figures are the last ones known; this page tries again.
              </Text>
            )}
          </div>
          {isReachable && (
            <Text as="p" tone="subdued" alignment="center">
              {`${countedAt(page)} Times are in ${page.timezone}. This page keeps itself up to date.`}
            </Text>
          )}
        </Box>
      </BlockStack>
    </Page>
  )
}

const countedAt = ({ figuresAsOf }: WebhooksPage) =>
  figuresAsOf === null ? 'Nothing has been counted yet.' : `Counted at ${figuresAsOf.text}.`
