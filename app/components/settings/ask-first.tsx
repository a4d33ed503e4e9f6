import { Modal, Text } from '@shopify/polaris'

interface AskFirstProps {
  title: string
  /** What follows from it. */
  text: string
  /** On the button that does it. */
  confirm: string
  isBusy: boolean
  onClose: () => void
  onConfirm: () => void
}

/** A question before something is done that cannot simply be undone. Whoever shows it takes it away. */
export function AskFirst({ title, text, confirm, isBusy, onClose, onConfirm }: AskFirstProps) {
  return (
    <Modal
      open
      onClose={onClose}
      title={title}
      primaryAction={{ content: confirm, destructive: true, loading: isBusy, onAction: onConfirm }}
      secondaryActions={[{ content: 'Cancel', onAction: onClose }]}
    >
      <Modal.Section>
        <Text as="p">{text}</Text>
      </Modal.Section>
    </Modal>
  )
}
