import { Modal, Text } from '@shopify/polaris'
import type { KeyLine } from '~/presenters/settings/settings-page'

interface RevokeKeyProps {
  /** The key in question; null: none. */
  line: KeyLine | null
  isRevoking: boolean
  onClose: () => void
  onRevoke: (id: string) => void
}

/** Asks before a key is revoked. Closes when the key is gone from the list. */
export function RevokeKey({ line, isRevoking, onClose, onRevoke }: RevokeKeyProps) {
  if (line === null) return null
  return (
    <Modal
      open
      onClose={onClose}
      title={`Revoke “${line.name}”?`}
      primaryAction={{
        content: 'Revoke API key',
        destructive: true,
        loading: isRevoking,
        onAction: () => onRevoke(line.id),
      }}
      secondaryActions={[{ content: 'Keep it', onAction: onClose }]}
    >
      <Modal.Section>
        <Text as="p">
          {`Programs that use the key ${line.beginning} are refused from then on. This can’t be undone; you can create another key.`}
        </Text>
      </Modal.Section>
    </Modal>
  )
}
