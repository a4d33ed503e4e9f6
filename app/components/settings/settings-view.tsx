import { TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Page, Text } from '@shopify/polaris'
import type { SettingsPage } from '~/presenters/settings/settings-page'
import { ApiKeys, type ApiKeysProps } from './api-keys'
import { DataRequests, type DataRequestsProps } from './data-requests'
import { Subscriptions, type SubscriptionsProps } from './subscriptions'

export interface SettingsViewProps {
  page: SettingsPage
  keys: Omit<ApiKeysProps, 'keys' | 'mostKeys'>
  dataRequests: Omit<DataRequestsProps, 'requests' | 'pages'>
  subscriptions: Omit<SubscriptionsProps, 'part'>
}

export function SettingsView({ page, keys, dataRequests, subscriptions }: SettingsViewProps) {
  return (
    <Page>
      <TitleBar title="Settings" />
      <Text as="h1" visuallyHidden>
        Settings
      </Text>
      <BlockStack gap="400">
        <ApiKeys keys={page.keys} mostKeys={page.mostKeys} {...keys} />
        <DataRequests requests={page.dataRequests} pages={page.requestPages} {...dataRequests} />
        <Subscriptions part={page.subscriptions} {...subscriptions} />
        <Box paddingBlockEnd="400">
          <Text as="p" tone="subdued" alignment="center">
            {`Times are in ${page.timezone}.`}
          </Text>
        </Box>
      </BlockStack>
    </Page>
  )
}
