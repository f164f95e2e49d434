import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  breakGlassPurposes,
  purposeLabel,
  type BreakGlassPurpose,
} from '../../../certificates/exchange.contract.ts'
import { askAccess, listAccessGrants } from '../../access-grants.contract.ts'
import { grantStages, minutesOf, type GrantStage } from '../../access-grants.ts'
import { LIVE_MS } from './console-text.ts'
import { FormPage } from './FormPage.tsx'
import { useTownKind } from './registry-kinds.tsx'

type Grant = OutputOf<typeof listAccessGrants>['grants'][number]

const tones: Partial<Record<GrantStage, 'warning' | 'error' | 'information'>> = {
  asked: 'warning',
  telling: 'warning',
  waiting: 'information',
  inside: 'error',
  review: 'warning',
}

export function StageBadge({ stage }: { stage: GrantStage }): ReactNode {
  const tone = tones[stage]
  return <Badge {...(tone === undefined ? {} : { tone })}>{grantStages[stage]}</Badge>
}

const column = columnsOf<Grant>()
const columns = column.columns([
  column.accessor('grantNo', {
    header: '番号',
    meta: { nowrap: true },
    cell: (cell) => (
      <Link
        to={'/access-grants/$grantId' as string}
        params={{ grantId: cell.row.original.grantId } as never}
      >{`第${cell.getValue()}号`}</Link>
    ),
  }),
  column.accessor('stage', { header: '状態', cell: (cell) => <StageBadge stage={cell.getValue()} /> }),
  column.accessor('town', { header: '団体', meta: { nowrap: true } }),
  column.accessor('purpose', {
    header: '目的',
    meta: { wide: true },
    cell: (cell) => purposeLabel(cell.getValue()),
  }),
  column.accessor('asked', {
    header: '申請',
    cell: (cell) => `${cell.getValue().by}　${instantText(cell.getValue().at)}`,
  }),
  column.accessor('approved', {
    header: '承認',
    cell: (cell) => {
      const approved = cell.getValue()
      return approved === null ? noValue : `${approved.by}　${instantText(approved.at)}`
    },
  }),
])

/** 運用者による緊急閲覧: the newest first. */
export function AccessGrantsPage(): ReactNode {
  const can = useCan()
  const { data, error, refetch } = useQuery({ ...q(listAccessGrants, {}), refetchInterval: LIVE_MS })
  return (
    <Page
      title="緊急閲覧"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '緊急閲覧' }]}
      lead="重大な障害のときだけ、1つの団体の情報を見るための手続です。1人が申請し、別の1人が承認します。団体にはすぐに知らせ、団体はいつでも終わらせられます。終わったら、双方が事後確認を記録します。"
      actions={
        can(askAccess).allowed && (
          <Link to={'/access-grants/new' as string} className="button">
            緊急閲覧を申請する
          </Link>
        )
      }
    >
      <DataTable
        caption="緊急閲覧の一覧（新しい順）"
        columns={columns}
        rows={data?.grants}
        rowKey={(row) => row.grantId}
        error={error}
        onRetry={() => void refetch()}
        empty="緊急閲覧は、これまでに一度もありません。"
      />
    </Page>
  )
}

const Purpose = selectOf([...breakGlassPurposes])
const Minutes = selectOf(
  minutesOf.map((minutes) => ({
    value: String(minutes),
    label: minutes < 60 ? `${minutes}分` : `${minutes / 60}時間`,
  })),
)

type Values = {
  municipalityCode: string | null
  purpose: BreakGlassPurpose | null
  ticket: string
  reason: string
  minutes: string | null
}

export function NewAccessGrantPage(): ReactNode {
  const towns = useTownKind()
  const initial: Values = { municipalityCode: null, purpose: null, ticket: '', reason: '', minutes: '30' }
  return (
    <FormPage
      title="緊急閲覧を申請する"
      lead="理由と氏名は、団体の連絡先と団体の画面にそのまま示されます。1時間以内に別の人が承認しなければ失効します。"
      back={{ label: '緊急閲覧', to: '/access-grants' }}
      needs={askAccess}
      invalidates={[listAccessGrants]}
    >
      {(done, cancel) => (
        <EditForm
          mode="new"
          initial={initial}
          schema={askAccess.input}
          submitLabel="申請する"
          check={() => []}
          onSubmit={({ municipalityCode, purpose, ticket, reason, minutes }, { requestId }) =>
            send(
              askAccess,
              {
                municipalityCode: (municipalityCode ?? '') as MunicipalityCode,
                purpose: purpose ?? 'other',
                ...{ ticket, reason, minutes: Number(minutes) },
              },
              requestId,
            )
          }
          onSaved={({ grantId }) =>
            done('緊急閲覧を申請しました。別の人の承認を待っています', `/access-grants/${grantId}`)
          }
          cancel={cancel}
        >
          {({ Field }) => (
            <FieldGroup legend="緊急閲覧">
              <Field name="municipalityCode" label="市区町村" kind={towns} required />
              <Field name="purpose" kind={Purpose} required />
              <Field name="ticket" kind={Text} hint="例：INC-2026-0311" required />
              <Field
                name="reason"
                kind={TextArea}
                hint="何が起き、何を確かめるために見るのか。住民の氏名・住所は書かない"
                required
              />
              <Field name="minutes" kind={Minutes} hint="承認から。時間が来ると自動で終わります" required />
            </FieldGroup>
          )}
        </EditForm>
      )}
    </FormPage>
  )
}
