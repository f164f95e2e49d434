import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { decideDifference, listDifferences } from '../items.contract.ts'
import { getVictim } from '../ledger.contract.ts'
import { changeNotes } from '../ledger.ts'

type Here = { readonly disasterId: string; readonly personRef: string }
type Difference = OutputOf<typeof listDifferences>['differences'][number]

/** 台帳作成後の住民記録との違い: offered one by one; the ledger as cut stays, and the decision stands beside it. */
export function Differences(props: Here): ReactNode {
  const { data, error } = useQuery(q(listDifferences, props))
  if (error) return <ErrorSummary error={error} />
  if (!data || data.differences.length === 0) return null
  return (
    <div id="differences">
      <Section title="台帳を作成した後の、住民記録の変更">
        {data.differences.map((one) => (
          <One key={one.note} {...props} difference={one} />
        ))}
      </Section>
    </div>
  )
}

function One(props: Here & { difference: Difference }): ReactNode {
  const { difference, ...here } = props
  const { note, before, after, decided, decisionNo } = difference
  const [reason, setReason] = useState('')
  const ask = (outcome: 'accepted' | 'kept', label: string, sentence: string) => (
    <AskButton
      endpoint={decideDifference}
      input={{ ...here, note, decisionNo, after, outcome, reason }}
      invalidates={[listDifferences, getVictim]}
      label={label}
      of={labelOf(changeNotes, note)}
      question={`${label}？`}
      confirm={label}
    >
      <p>{sentence}</p>
      <LooseField
        name="reason"
        label="理由（確かめた方法）"
        kind={Text}
        value={reason}
        onChange={setReason}
      />
    </AskButton>
  )
  return (
    <>
      <h3>
        {labelOf(changeNotes, note)}{' '}
        {decided === null ? (
          <Badge tone="warning">未確認</Badge>
        ) : (
          <Badge tone="success">{decided.outcome === 'accepted' ? '取込み済み' : '台帳のまま'}</Badge>
        )}
      </h3>
      <DescriptionList
        items={[
          { term: '台帳', value: before || noValue },
          { term: '住民記録（今）', value: after || noValue },
          ...(decided === null
            ? []
            : [
                {
                  term: '決定',
                  value: `${instantText(decided.at)}　${decided.by}　${decided.reason}`,
                },
              ]),
        ]}
      />
      {decided === null && (
        <div className="button-row">
          {ask(
            'accepted',
            '台帳に取り込む',
            '変更を、台帳の経過に事実として記録します。台帳を作成したときの記載も残ります。',
          )}
          {ask(
            'kept',
            '台帳のままとする',
            '変更は取り込みません。住民記録がまた変わったときは、もう一度示します。',
          )}
        </div>
      )}
    </>
  )
}
