import { BlockStack, Card, Text } from '@shopify/polaris'
import type { FindingLine } from '~/presenters/home/home-page'

/** What limits the copy, whatever the runs say: each with its consequence and its cure. */
export function Findings({ findings }: { findings: readonly FindingLine[] }) {
  if (findings.length === 0) return null
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          What limits the copy
        </Text>
        {findings.map(({ code, title, consequence, cure, since }) => (
          <BlockStack key={code} gap="100">
            <Text as="h3" variant="headingSm">
              {title}
            </Text>
            <Text as="p">{consequence}</Text>
            <Text as="p">{cure}</Text>
            <Text as="p" tone="subdued">
              {`Found at ${since.text}.`}
            </Text>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  )
}
