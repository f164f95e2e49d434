import { useState, type ReactNode } from 'react'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { getVictim } from '../../ledger/ledger.contract.ts'
import { actOnItem, getExtraction, listExtractions, listItemsOf } from '../extraction.contract.ts'
import { itemActs, type ItemAct } from '../extraction.ts'

export const itemReads = [getExtraction, listExtractions, listItemsOf, getVictim]

const questions: Readonly<Record<ItemAct, string>> = {
  done: 'この方への対応を済みにしますか？',
  skip: 'この方への対応を見送りますか？',
  reopen: '未対応に戻しますか？',
  take: 'この方を担当しますか？',
  release: '担当を外しますか？',
}

/** What is done about one person of a list. */
export function ItemActButton(props: {
  item: { readonly listId: string; readonly position: number; readonly version: number }
  name: string
  act: ItemAct
  onDone?: () => void
}): ReactNode {
  const { item, name, act, onDone } = props
  const [note, setNote] = useState('')
  const { listId, position, version } = item
  const label = labelOf(itemActs, act)
  const told = act !== 'take' && act !== 'release'
  return (
    <AskButton
      endpoint={actOnItem}
      input={{ listId, position, version, act, note }}
      invalidates={itemReads}
      label={label}
      of={name}
      question={questions[act]}
      confirm={label}
      {...(onDone ? { onDone } : {})}
    >
      <p>{name}</p>
      {told && (
        <LooseField
          name="note"
          label={act === 'skip' ? '見送る理由' : '対応の内容'}
          kind={TextArea}
          hint="台帳の経過に記録されます"
          value={note}
          onChange={setNote}
          required={act === 'skip'}
        />
      )}
    </AskButton>
  )
}
