import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { SendForm } from '@open-bcl/ui/layout/SendForm.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { listDuties, setDuty } from '../duties.contract.ts'
import { dutyModes } from '../duties.ts'

type Duty = OutputOf<typeof listDuties>['duties'][number]

/** 職務の分離: which two things one person may not do. */
export function DutiesPage(): ReactNode {
  const { data, error } = useQuery(q(listDuties, {}))
  return (
    <Page
      title="職務の分離"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: 'ユーザ管理', to: '/users' },
        { label: '職務の分離' },
      ]}
      lead="一人に任せない組み合わせを決めます。職員の少ない団体は「同じ案件を一人では行えない」から始められます。"
    >
      <Allowed to={listDuties}>
        {error && <ErrorSummary error={error} />}
        {data?.duties.map((duty) => (
          <Pair key={`${duty.code} ${duty.version}`} duty={duty} />
        ))}
      </Allowed>
    </Page>
  )
}

function Pair({ duty }: { duty: Duty }): ReactNode {
  const [mode, setMode] = useState<Duty['mode'] | null>(duty.mode)
  const toast = useToast()
  const sending = useSend(setDuty, {
    invalidates: [listDuties],
    onDone: () => toast(`「${duty.ja}」の分け方を変えました`),
  })
  const least = dutyModes.findIndex(({ value }) => value === duty.least)
  return (
    <Section title={duty.ja}>
      <p>{`${duty.first}　と　${duty.second}`}</p>
      <p className="quiet">{duty.source}</p>
      {duty.holdingBoth.length > 0 && <p>{`いま両方の権限を持つ職員：${duty.holdingBoth.join('、')}`}</p>}
      <SendForm
        sending={sending}
        label="変更する"
        onSend={() => mode !== null && sending.start({ code: duty.code, mode, version: duty.version })}
      >
        <LooseField
          name="mode"
          label={`「${duty.ja}」の分け方`}
          kind={radioOf(
            dutyModes.map((one, i) => ({ ...one, disabled: i < least })),
            'column',
          )}
          value={mode}
          onChange={setMode}
        />
      </SendForm>
      {duty.setAt !== null && (
        <p className="quiet">{`${instantText(duty.setAt)} ${duty.setBy ?? ''}が決めました`}</p>
      )}
    </Section>
  )
}
