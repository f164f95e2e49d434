import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { endLedgerOpening, listLedgerOpenings, openLedger } from '../../service.contract.ts'
import { instantOf, LIVE_MS, presentDay } from './console-text.ts'
import { FormPage } from './FormPage.tsx'
import { useTownKind } from './registry-kinds.tsx'

type Opening = OutputOf<typeof listLedgerOpenings>['openings'][number]

/** 被災者支援の時間外利用: opened on a town's request in a disaster, with who asked. */
export function LedgerOpeningsPage(): ReactNode {
  const can = useCan()
  const { data, error, dataUpdatedAt } = useQuery({
    ...q(listLedgerOpenings, {}),
    refetchInterval: LIVE_MS,
  })
  return (
    <Page
      title="被災者支援の時間外利用"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '被災者支援の時間外利用' }]}
      lead="災害のとき、市区町村の依頼を受けて、被災者支援の画面を6:30〜23:00の外でも使えるようにします。一度に24時間までです。依頼した方と理由を記録します。"
      actions={
        can(openLedger).allowed && (
          <Link to={'/ledger-openings/new' as string} className="button">
            時間外に開く
          </Link>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data?.openings.length === 0 && <p>時間外に開いたことはありません。</p>}
      {data && data.openings.length > 0 && (
        <ul className="incident-steps" aria-label="時間外の利用">
          {data.openings.map((opening) => (
            <li key={opening.openingId}>
              <OneOpening opening={opening} now={dataUpdatedAt} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

function OneOpening({ opening, now }: { opening: Opening; now: number }): ReactNode {
  const { openingId, town, fromAt, untilAt, askedBy, reason, openedAt, openedBy, told, ended } = opening
  const over = ended !== null || Date.parse(untilAt) <= now
  return (
    <>
      <h2 className="notice-title">
        {town} <StateBadge opening={opening} now={now} />
      </h2>
      <p>
        <strong>{`${instantText(fromAt)} から ${instantText(untilAt)} まで`}</strong>
      </p>
      <p>{`依頼：${askedBy}。${reason}`}</p>
      <p className="small quiet">
        {`登録 ${instantText(openedAt)} ${openedBy}`}
        {told ? '、BCLに伝達済み' : '、BCLに伝えています'}
        {ended && `。終了 ${instantText(ended.at)} ${ended.by}${ended.told ? '、BCLに伝達済み' : ''}`}
      </p>
      {!over && (
        <div>
          <AskButton
            endpoint={endLedgerOpening}
            input={{ openingId }}
            invalidates={[listLedgerOpenings]}
            label="終える"
            of={town}
            question={`${town}の時間外の利用を終えますか`}
            confirm="終える"
          >
            <p>終えると、サービス時間の外では被災者支援の画面を使えなくなります。</p>
          </AskButton>
        </div>
      )}
    </>
  )
}

function StateBadge({ opening, now }: { opening: Opening; now: number }): ReactNode {
  const { fromAt, untilAt, told, ended } = opening
  if (ended !== null || Date.parse(untilAt) <= now) return <Badge>終了</Badge>
  if (Date.parse(fromAt) > now) return <Badge tone="information">予定</Badge>
  return told ? <Badge tone="success">開いています</Badge> : <Badge tone="warning">伝達中</Badge>
}

const Clock = textWith({ width: 'narrow', maxLength: 5, hint: '例：23:00' })

type Values = {
  municipalityCode: string | null
  fromDay: PlainDate | null
  fromClock: string
  untilDay: PlainDate | null
  untilClock: string
  askedBy: string
  reason: string
}

export function NewLedgerOpeningPage(): ReactNode {
  const towns = useTownKind()
  const today = presentDay()
  const initial: Values = {
    ...{ municipalityCode: null, fromDay: today, fromClock: '23:00', untilDay: null, untilClock: '6:30' },
    ...{ askedBy: '', reason: '' },
  }
  return (
    <FormPage
      title="時間外に開く"
      lead="市区町村から依頼を受けたときだけ開きます。開いたことは、市区町村の操作の記録にも残ります。"
      back={{ label: '被災者支援の時間外利用', to: '/ledger-openings' }}
      needs={openLedger}
      invalidates={[listLedgerOpenings]}
    >
      {(done, cancel) => (
        <EditForm
          mode="new"
          initial={initial}
          schema={openLedger.input}
          submitLabel="時間外に開く"
          check={timesOf}
          onSubmit={({ municipalityCode, askedBy, reason, ...times }, { requestId }) =>
            send(
              openLedger,
              {
                municipalityCode: (municipalityCode ?? '') as MunicipalityCode,
                fromAt: instantOf(times.fromDay, times.fromClock) ?? '',
                untilAt: instantOf(times.untilDay, times.untilClock) ?? '',
                ...{ askedBy, reason },
              },
              requestId,
            )
          }
          onSaved={() => done('時間外の利用を登録しました')}
          cancel={cancel}
        >
          {({ Field }) => (
            <FieldGroup legend="時間外の利用">
              <Field name="municipalityCode" label="市区町村" kind={towns} required />
              <FieldRow>
                <Field name="fromDay" label="開始の日" kind={WarekiDate} required />
                <Field name="fromClock" label="開始の時刻" kind={Clock} required />
              </FieldRow>
              <FieldRow>
                <Field name="untilDay" label="終了の日" kind={WarekiDate} required />
                <Field name="untilClock" label="終了の時刻" kind={Clock} required />
              </FieldRow>
              <Field name="askedBy" kind={Text} hint="例：飛騨市 危機管理課 課長 ○○" required />
              <Field
                name="reason"
                kind={TextArea}
                hint="例：地震のため、夜間も被災者台帳に登録する"
                required
              />
            </FieldGroup>
          )}
        </EditForm>
      )}
    </FormPage>
  )
}

function timesOf(values: Values): readonly FieldError[] {
  const from = instantOf(values.fromDay, values.fromClock)
  const until = instantOf(values.untilDay, values.untilClock)
  const message = '時刻を 23:00 のように入力してください'
  return [
    ...(values.fromDay !== null && from === null ? [{ pointer: '/fromClock', message }] : []),
    ...(values.untilDay !== null && until === null ? [{ pointer: '/untilClock', message }] : []),
    ...(from !== null && until !== null && until <= from
      ? [{ pointer: '/untilDay', message: '終了は開始より後にしてください' }]
      : []),
  ]
}
