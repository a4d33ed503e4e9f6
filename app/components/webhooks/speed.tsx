import { BlockStack, Box, Card, InlineGrid, Text } from '@shopify/polaris'
import type { LatencyLine } from '~/presenters/webhooks/webhooks-page'

export interface SpeedProps {
  latencies: readonly LatencyLine[]
  /** `Since 21 Nov, 12:00` */
  since: string
}

/** How fast changes arrived. */
export function Speed({ latencies, since }: SpeedProps) {
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            How fast changes arrive
          </Text>
          <Text as="p" tone="subdued">
            {since}, of all that Shopify announced.
          </Text>
        </BlockStack>
        {latencies.length === 0 && (
          <Text as="p">Nothing was announced in this time, so there is nothing to measure.</Text>
        )}
        <InlineGrid columns={{ xs: 1, md: 2 }} gap="400">
          {latencies.map(({ label, half, most, nearlyAll }) => (
            <BlockStack key={label} gap="200">
              <Text as="h3" variant="headingSm">
                {label}
              </Text>
              <InlineGrid columns={3} gap="200">
                <Figure label="Half within" value={half} />
                <Figure label="95% within" value={most} />
                <Figure label="99% within" value={nearlyAll} />
              </InlineGrid>
            </BlockStack>
          ))}
        </InlineGrid>
      </BlockStack>
    </Card>
  )
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <Box>
      <Text as="p" tone="subdued" variant="bodySm">
        {label}
      </Text>
      <Text as="p" variant="headingMd" numeric>
        {value}
      </Text>
    </Box>
  )
}
