import { TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, InlineGrid, Page, Text } from '@shopify/polaris'
import type { HomePage } from '~/presenters/home/home-page'
import { Findings } from './findings'
import { LatestChanges } from './latest-changes'
import { OverallStatus } from './overall-status'
import { RecentRuns } from './recent-runs'
import { ResourceCard } from './resource-card'
import { SyncNow, type SyncNowProps } from './sync-now'

export interface HomeViewProps extends SyncNowProps {
  page: HomePage
  /** False when the server did not answer: then the page is as it was. */
  isReachable: boolean
}

export function HomeView({ page, isReachable, ...syncNow }: HomeViewProps) {
  return (
    <Page>
      <TitleBar title="Lockstep" />
      <Text as="h1" visuallyHidden>
        Lockstep
      </Text>
      <BlockStack gap="400">
        <OverallStatus overall={page.overall} />
        <Findings findings={page.findings} />
        <InlineGrid columns={{ xs: 1, md: 3 }} gap="400" alignItems="start">
          {page.resources.map((figures) => (
            <ResourceCard key={figures.resource} figures={figures} />
          ))}
        </InlineGrid>
        <InlineGrid columns={{ xs: 1, md: 3 }} gap="400" alignItems="start">
          <SyncNow {...syncNow} timezone={page.timezone} today={page.today} />
          <div className="two-columns-wide">
            <LatestChanges changes={page.changes} />
          </div>
        </InlineGrid>
        <RecentRuns runs={page.runs} />
        <Box paddingBlockEnd="400">
          <div role="status">
            <Text as="p" tone="subdued" alignment="center">
              {isReachable
                ? `Times are in ${page.timezone}. This page keeps itself up to date.`
                : 'Lockstep does not answer at the moment. The figures are the last ones known; this page tries again.'}
            </Text>
          </div>
        </Box>
      </BlockStack>
    </Page>
  )
}
