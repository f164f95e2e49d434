import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { getVictim } from '../../ledger/ledger.contract.ts'
import { useItemName } from '../../ledger/web/published/item-names.tsx'
import { listCases, listCasesOf, openCase } from '../cases.contract.ts'
import { needs, type Need } from '../cases.ts'
import { needsText } from './cases-text.ts'
import { NextDate } from './NextDate.tsx'

export const Needs = checkGroupOf<Need>(needs)

/** The cases of a household on the page of one of its people, and how one begins. */
export function CasesPanel(props: { disasterId: string; personRef: string }): ReactNode {
  const navigate = useNavigate()
  const { data, error } = useQuery(q(listCasesOf, props))
  const [chosen, setChosen] = useState<readonly Need[]>([])
  const [nextOn, setNextOn] = useState<PlainDate | null>(null)
  const [responsible, setResponsible] = useState('')
  const [words, setWords] = useState('')
  const inCharge = useItemName('cases')('responsible', '担当')
  if (error) return <ErrorSummary error={error} />
  if (!data) return null
  return (
    <>
      {data.cases.length === 0 && <p>この世帯の支援は、まだ始めていません。</p>}
      <ul style={{ paddingInlineStart: '1.25em' }}>
        {data.cases.map((one) => (
          <li key={one.caseId}>
            <Link to="/cases/$caseId" params={{ caseId: one.caseId } as never}>
              {one.state === 'open' ? '支援中' : '終了した支援'}
            </Link>
            {'　'}次の予定日：
            <NextDate one={one} />　{inCharge !== null && `${inCharge}：${one.responsible}　`}課題：
            {needsText(one.needs) || noValue}
          </li>
        ))}
      </ul>
      {!data.cases.some(({ state }) => state === 'open') && (
        <div className="button-row">
          <AskButton
            endpoint={openCase}
            input={{ ...props, needs: [...chosen], nextOn, responsible, words }}
            invalidates={[listCasesOf, listCases, getVictim]}
            label="この世帯の支援を始める"
            question="この世帯の支援を始めますか？"
            confirm="始める"
            onDone={({ caseId }) => void navigate({ to: '/cases/$caseId', params: { caseId } as never })}
          >
            <LooseField name="needs" label="課題" kind={Needs} value={chosen} onChange={setChosen} />
            <LooseField
              name="nextOn"
              label="次の予定日"
              kind={WarekiDate}
              value={nextOn}
              onChange={setNextOn}
            />
            {inCharge !== null && (
              <LooseField
                name="responsible"
                label={inCharge}
                kind={Text}
                hint="空欄なら自分が担当になります"
                value={responsible}
                onChange={setResponsible}
              />
            )}
            <LooseField
              name="words"
              label="始める理由・様子"
              kind={TextArea}
              value={words}
              onChange={setWords}
            />
          </AskButton>
        </div>
      )}
    </>
  )
}
