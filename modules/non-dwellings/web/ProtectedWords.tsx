import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { showProtectedNonDwelling } from '../non-dwellings.contract.ts'
import { shownFor, type ShownFor } from '../non-dwellings.ts'

const For = selectOf(shownFor)

/** What is concealed, for those who look after 支援措置: asked for with a purpose, and gone again with the page. */
export function ProtectedWords(props: { nonDwellingId: string }): ReactNode {
  const [purpose, setPurpose] = useState<ShownFor | null>('protection')
  const [shown, setShown] = useState<OutputOf<typeof showProtectedNonDwelling> | null>(null)
  if (shown !== null)
    return (
      <>
        <DescriptionList
          items={[
            { term: '物件', value: shown.words.name },
            { term: '被災場所', value: shown.words.place },
            { term: '所有者の住所・所在地', value: shown.words.ownerAddress || '（記載なし）' },
            { term: '電話番号', value: shown.words.phone || '（記載なし）' },
            { term: '備考', value: shown.words.note || '（記載なし）' },
            { term: '所見', value: shown.notes.join('／') || '（記載なし）' },
          ]}
        />
        {shown.photos.map((small, i) => (
          <img
            key={i}
            src={`data:image/jpeg;base64,${small}`}
            alt={`写真${i + 1}`}
            style={{ maxInlineSize: '100%' }}
          />
        ))}
        <p>
          <Button onClick={() => setShown(null)}>表示を閉じる</Button>
        </p>
      </>
    )
  return (
    <AskButton
      endpoint={showProtectedNonDwelling}
      input={{ nonDwellingId: props.nonDwellingId, purpose: purpose ?? 'protection' }}
      invalidates={[]}
      label="支援措置の担当者として表示する"
      question="所在に関わる内容を表示しますか"
      confirm="表示する"
      onDone={setShown}
    >
      <p>
        誰がいつ何のために表示したかは、監査の記録に残ります。まわりから画面が見えないことを確かめてください。
      </p>
      <LooseField name="purpose" label="目的" kind={For} value={purpose} onChange={setPurpose} required />
    </AskButton>
  )
}
