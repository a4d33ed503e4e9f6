import { Banner, BlockStack, Box, Card, Icon, InlineStack, List, ProgressBar, Text } from '@shopify/polaris'
import { CheckCircleIcon, ClockIcon, RefreshIcon } from '@shopify/polaris-icons'
import type { Overall } from '~/presenters/home/home-page'

const calm = {
  starting: { icon: ClockIcon, tone: 'info' },
  copying: { icon: RefreshIcon, tone: 'info' },
  current: { icon: CheckCircleIcon, tone: 'success' },
} as const

const troubles = { paused: 'warning', behind: 'critical', waiting: 'warning', incomplete: 'warning' } as const

/** How the copy stands, in one sentence with its reasons. Red and yellow only where somebody has to look. */
export function OverallStatus({ overall }: { overall: Overall }) {
  const { state, title, reasons, toDo, percent } = overall
  if (state === 'paused' || state === 'behind' || state === 'waiting' || state === 'incomplete') {
    return (
      <Banner tone={troubles[state]} title={title}>
        <BlockStack gap="200">
          <Reasons reasons={reasons} />
          {toDo && <Text as="p">{toDo}</Text>}
        </BlockStack>
      </Banner>
    )
  }
  return (
    <Card>
      <Box minHeight="4.5rem">
        <BlockStack gap="300">
          <InlineStack gap="300" wrap={false} blockAlign="start">
            <Box paddingBlockStart="050">
              <Icon source={calm[state].icon} tone={calm[state].tone} />
            </Box>
            <BlockStack gap="100">
              <Text as="h2" variant="headingLg">
                <span className="tabular-figures">{title}</span>
              </Text>
              {reasons.map((reason) => (
                <Text key={reason} as="p" tone="subdued">
                  {reason}
                </Text>
              ))}
            </BlockStack>
          </InlineStack>
          {percent !== null && (
            <ProgressBar progress={percent} size="small" tone="primary" ariaLabelledBy="first-copy" />
          )}
          {percent !== null && (
            <Text as="span" visuallyHidden id="first-copy">
              Progress of the first copy
            </Text>
          )}
        </BlockStack>
      </Box>
    </Card>
  )
}

function Reasons({ reasons }: { reasons: readonly string[] }) {
  if (reasons.length === 1) return <Text as="p">{reasons[0]}</Text>
  return (
    <List>
      {reasons.map((reason) => (
        <List.Item key={reason}>{reason}</List.Item>
      ))}
    </List>
  )
}
