import { Badge, type BadgeProps, BlockStack, Box, Button, Card, IndexTable, InlineStack, Text } from '@shopify/polaris'
import { Time } from '~/components/time'
import type { DataRequestLine, RequestPages } from '~/presenters/settings/settings-page'

const resourceName = { singular: 'data request', plural: 'data requests' }

const STATES: Readonly<Record<DataRequestLine['state'], { text: string; tone: BadgeProps['tone'] }>> = {
  ready: { text: 'Ready', tone: 'success' },
  preparing: { text: 'Being prepared', tone: 'info' },
  failing: { text: 'Delayed', tone: 'warning' },
}

export interface DataRequestsProps {
  requests: readonly DataRequestLine[]
  /** Null: all are shown. */
  pages: RequestPages | null
  /** The one that is being fetched. */
  downloading: string | null
  /** Why the last download failed, and what to do. */
  failure: string | null
  isReading: boolean
  onDownload: (id: string) => void
  onLookAgain: () => void
  onPage: (page: number) => void
}

/** What customers asked to see of their data, for the merchant to hand on. */
export function DataRequests(props: DataRequestsProps) {
  const { requests, pages, downloading, failure, isReading, onDownload, onLookAgain, onPage } = props
  const isAnyUnready = requests.some(({ state }) => state !== 'ready')
  const isAnyFailing = requests.some(({ state }) => state === 'failing')
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="400">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              Customer data requests
            </Text>
            <Text as="p" tone="subdued">
              When a customer asks you for their data, Shopify tells Lockstep, which puts together all that it holds
              about them. Download it, and send it to the customer within 30 days of the request.
            </Text>
          </BlockStack>
          {isAnyFailing && (
            <Text as="p" tone="critical">
              What is delayed could not be put together yet. Lockstep tries again by itself, at least once a day. If it
              is not ready by tomorrow, contact support.
            </Text>
          )}
          {isAnyUnready && (
            <InlineStack>
              <Button onClick={onLookAgain} loading={isReading}>
                Look again
              </Button>
            </InlineStack>
          )}
          <div role="status">
            {failure !== null && (
              <Text as="span" tone="critical">
                {failure}
              </Text>
            )}
          </div>
        </BlockStack>
      </Box>
      {requests.length === 0 && pages === null ? (
        <Box padding="400" paddingBlockStart="0">
          <Text as="p">No customer has asked for their data.</Text>
        </Box>
      ) : (
        <IndexTable
          resourceName={resourceName}
          itemCount={requests.length}
          selectable={false}
          {...(pages && {
            pagination: {
              hasPrevious: pages.hasNewer,
              hasNext: pages.hasOlder,
              label: pages.text,
              accessibilityLabel: 'Pages of customer data requests',
              onPrevious: () => onPage(pages.page - 1),
              onNext: () => onPage(pages.page + 1),
            },
          })}
          headings={[
            { title: 'Customer' },
            { title: 'Asked' },
            { title: 'Export' },
            { title: 'Kept until' },
            { title: 'Download', hidden: true },
          ]}
        >
          {requests.map((line, position) => (
            <IndexTable.Row id={line.id} key={line.id} position={position}>
              <IndexTable.Cell className="wrapping-cell">
                <Text as="span" fontWeight="medium" breakWord>
                  {line.customer}
                </Text>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Time moment={line.requestedAt} />
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Badge tone={STATES[line.state].tone}>{STATES[line.state].text}</Badge>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Time moment={line.keptUntil} />
              </IndexTable.Cell>
              <IndexTable.Cell>
                {line.state === 'ready' && (
                  <Button
                    variant="plain"
                    loading={downloading === line.id}
                    onClick={() => onDownload(line.id)}
                    accessibilityLabel={`Download the data of ${line.customer}`}
                  >
                    Download
                  </Button>
                )}
              </IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      )}
    </Card>
  )
}
