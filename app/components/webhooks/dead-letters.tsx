import { BlockStack, Box, Button, Card, Form, IndexTable, InlineStack, Select, Text } from '@shopify/polaris'
import { useState } from 'react'
import { Time } from '~/components/time'
import type { DeadLetterLine, DeadLetters as Letters } from '~/presenters/webhooks/dead-letters'
import type { ReplayMessage, ReplayWish } from './replay-request'

const resourceName = { singular: 'message', plural: 'messages' }

export interface DeadLettersProps {
  letters: Letters
  message: ReplayMessage | null
  onReplay: (wish: ReplayWish) => void
}

/** What Shopify announced and could not be applied. Asking twice for what is being replayed does nothing. */
export function DeadLetters({ letters, message, onReplay }: DeadLettersProps) {
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            Given up on
          </Text>
          <Summary letters={letters} onReplay={onReplay} />
          <div role="status">
            {message && (
              <Text as="p" tone={message.isFailure ? 'critical' : 'subdued'} breakWord>
                {message.text}
              </Text>
            )}
          </div>
        </BlockStack>
      </Box>
      {letters.lines.length > 0 && <Lines lines={letters.lines} onReplay={onReplay} />}
    </Card>
  )
}

type Replaying = Pick<DeadLettersProps, 'onReplay'>

const ALL = ''

/** Syncs read no carts, and of checkouts only those that Shopify lists. */
const isOfUnlisted = ({ topic }: Letters['topics'][number]) => /^(carts|checkouts)\//.test(topic)
const LACKS_LISTED = 'The copy may lack what was announced until the next sync.'
const LACKS_UNLISTED =
  'Of carts, and of checkouts that were not abandoned, the copy may lack what was announced until they change again. The next sync brings the rest.'

function Summary({ letters: { lines, total, totalText, topics }, onReplay }: Replaying & { letters: Letters }) {
  const [chosen, setChosen] = useState(ALL)
  if (total === 0)
    return <Text as="p">Nothing: everything that Shopify announced was applied, or is still being tried.</Text>
  // The last of a topic may have been applied since it was chosen.
  const topic = topics.some((known) => known.topic === chosen) ? chosen : ALL
  const options = [
    { value: ALL, label: `All (${totalText})` },
    ...topics.map((one) => ({ value: one.topic, label: one.label })),
  ]
  return (
    <BlockStack gap="400">
      <Text as="p">
        {total === 1 ? 'One message' : `${totalText} messages`} could not be applied, and Lockstep no longer tries by
        itself. {topics.some(isOfUnlisted) ? LACKS_UNLISTED : LACKS_LISTED} Replaying tries once more.
        {lines.length < total && ` The newest ${lines.length} are listed.`}
      </Text>
      <Form onSubmit={() => onReplay(topic === ALL ? { what: 'all' } : { what: 'topic', topic })} noValidate>
        <InlineStack gap="200" blockAlign="end">
          <Select label="What to replay" options={options} value={topic} onChange={setChosen} />
          <Button submit>Replay</Button>
        </InlineStack>
      </Form>
    </BlockStack>
  )
}

function Lines({ lines, onReplay }: Replaying & { lines: readonly DeadLetterLine[] }) {
  return (
    <IndexTable
      resourceName={resourceName}
      itemCount={lines.length}
      selectable={false}
      headings={[
        { title: 'Message' },
        { title: 'Received' },
        { title: 'Attempts', alignment: 'end' },
        { title: 'Why' },
        { title: 'Replay' },
      ]}
    >
      {lines.map((line, position) => (
        <IndexTable.Row id={line.id} key={line.id} position={position}>
          <IndexTable.Cell>
            <Text as="span" fontWeight="medium">
              {line.topic}
            </Text>
          </IndexTable.Cell>
          <IndexTable.Cell>
            <Time moment={line.received} />
          </IndexTable.Cell>
          <IndexTable.Cell>
            <Text as="p" alignment="end" numeric>
              {line.attempts}
            </Text>
          </IndexTable.Cell>
          <IndexTable.Cell className="wrapping-cell">
            <Box minWidth="12rem">
              <Text as="p" breakWord>
                {line.reason}
              </Text>
              {line.lastReplay && (
                <Text as="p" tone={line.lastReplay.tone === 'info' ? 'subdued' : line.lastReplay.tone} breakWord>
                  {line.lastReplay.text}
                </Text>
              )}
            </Box>
          </IndexTable.Cell>
          <IndexTable.Cell>
            {line.noReplay === null ? (
              <Button
                size="slim"
                onClick={() => onReplay({ what: 'one', id: line.id })}
                accessibilityLabel={`Replay ${line.topic} of ${line.received.text}`}
              >
                Replay
              </Button>
            ) : (
              <Text as="span" tone="subdued">
                {line.noReplay}
              </Text>
            )}
          </IndexTable.Cell>
        </IndexTable.Row>
      ))}
    </IndexTable>
  )
}
