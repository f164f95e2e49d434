import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { getIdentity, tellIdentity } from '../../ledger/identities.contract.ts'
import { getVictim } from '../../ledger/ledger.contract.ts'
import { FindPerson } from './FindPerson.tsx'

const reads = [getIdentity, getVictim]

/** 住登外者 who turned out to be somebody of the register: told here, and taken back. */
export function IdentityPanel(props: { disasterId: string; personRef: string }): ReactNode {
  const { disasterId, personRef } = props
  const can = useCan()
  const { data, error } = useQuery(q(getIdentity, props))
  const [reason, setReason] = useState('')
  if (error) return <ErrorSummary error={error} />
  if (!data) return null
  const other = personRef.startsWith('N-')
  const nonResidentId = personRef.slice(2)
  const mine = other && can(tellIdentity).allowed
  const why = (
    <LooseField
      name="identity-reason"
      label="理由（確かめた方法）"
      kind={TextArea}
      hint="例：運転免許証で氏名・生年月日・住所を確認"
      value={reason}
      onChange={setReason}
      required
    />
  )
  return (
    <>
      {data.same.length === 0 ? (
        <p>ほかの記載と同じ人という登録はありません。</p>
      ) : (
        <>
          <p>次の記載と同じ人です。経過には、両方の記載が並びます。</p>
          <ul style={{ paddingInlineStart: '1.25em' }}>
            {data.same.map((one) => (
              <li key={one.personRef}>
                <Link to="/ledger/$personRef" params={{ personRef: one.personRef } as never}>
                  {one.name}
                </Link>
                （{one.residentNo === null ? '住登外者' : '住民'}）
              </li>
            ))}
          </ul>
        </>
      )}
      {mine && data.same.length > 0 && (
        <AskButton
          endpoint={tellIdentity}
          input={{ disasterId, nonResidentId, version: data.version, same: false, personRef: null, reason }}
          invalidates={reads}
          label="同じ人という登録を取り消す"
          question="同じ人という登録を取り消しますか？"
          confirm="取り消す"
          look="danger"
        >
          <p>二つの記載は、また別々に表示されます。登録と取消しは、どちらも経過に残ります。</p>
          {why}
        </AskButton>
      )}
      {mine && data.same.length === 0 && (
        <details>
          <summary>この住登外者が住民と分かったとき</summary>
          <FindPerson
            disasterId={disasterId}
            residentsOnly
            act={(person) => (
              <AskButton
                endpoint={tellIdentity}
                input={{
                  ...{ disasterId, nonResidentId, version: data.version, same: true, reason },
                  personRef: person.personRef,
                }}
                invalidates={reads}
                label="同じ人として登録"
                of={person.name}
                question={`${person.name}さんと同じ人として登録しますか？`}
                confirm="登録する"
              >
                <p>二つの記載の経過が、一つに並びます。あとから理由を付けて取り消せます。</p>
                {why}
              </AskButton>
            )}
          />
        </details>
      )}
      {data.history.length > 0 && (
        <ul style={{ paddingInlineStart: '1.25em' }}>
          {data.history.map(({ version, same, at, by, reason: told }) => (
            <li key={version}>
              {instantText(at)}　{same ? '同じ人と登録' : '登録を取消し'}　{by}　{told}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
