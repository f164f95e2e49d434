import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import {
  addDwelling,
  changeDwelling,
  getDwelling,
  listDwellingBlocks,
  searchDwellings,
} from '../dwellings.contract.ts'
import {
  dwellingStates,
  structures,
  uses,
  type DwellingState,
  type StructureCode,
  type UseCode,
} from '../dwellings.ts'

type Values = {
  readonly town: string
  readonly number: string
  readonly building: string
  readonly useCode: UseCode | null
  readonly structureCode: StructureCode | null
  readonly storeys: number | null
  readonly reason: string
}

const Use = selectOf(uses)
const Structure = selectOf(structures)
const State = selectOf(dwellingStates)
const Storeys = wholeNumberOf({ unit: '階', minimum: 0, maximum: 99 })

function Fields(props: { Field: FieldOf<Values> }): ReactNode {
  const { Field } = props
  return (
    <>
      <FieldGroup legend="所在">
        <FieldRow>
          <Field name="town" kind={Text} hint="例：古川町壱之町" required />
          <Field name="number" kind={Text} hint="例：1番1号、123番地4" />
        </FieldRow>
        <Field name="building" kind={Text} />
      </FieldGroup>
      <FieldGroup legend="家屋">
        <FieldRow>
          <Field name="structureCode" kind={Structure} required />
          <Field name="storeys" kind={Storeys} />
          <Field name="useCode" kind={Use} required />
        </FieldRow>
        <Field name="reason" kind={TextArea} hint="例：現地で確認。未登記のため台帳に無い" required />
      </FieldGroup>
    </>
  )
}

const crumbs = [
  { label: 'メインメニュー', to: '/' },
  { label: '家屋（地図）', to: '/dwellings' },
]

/** A house that 家屋課税台帳 does not have. */
export function NewDwellingPage(): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const initial: Values = {
    ...{ town: '', number: '', building: '', reason: '' },
    ...{ useCode: '01', structureCode: '1', storeys: null },
  }
  return (
    <Page
      title="家屋の追加"
      crumbs={[...crumbs, { label: '家屋の追加' }]}
      lead="家屋課税台帳に無い家屋（未登記、新築など）を加えます。台帳にある家屋は追加しないでください。"
    >
      <Allowed to={addDwelling}>
        <EditForm
          mode="new"
          initial={initial}
          schema={addDwelling.input}
          submitLabel="家屋を追加する"
          onSubmit={(values, { requestId }) =>
            send(
              addDwelling,
              { ...values, blockCode: '', useCode: values.useCode!, structureCode: values.structureCode! },
              requestId,
            )
          }
          onSaved={({ dwellingId }) => {
            toast('家屋を追加しました。続けて位置を決めてください')
            void queries.invalidateQueries({ queryKey: [listDwellingBlocks.name] })
            void navigate({ to: '/dwellings/$dwellingId', params: { dwellingId } as never })
          }}
          cancel={
            <Link to="/dwellings" className="button">
              やめる
            </Link>
          }
        >
          {({ Field }) => <Fields Field={Field} />}
        </EditForm>
      </Allowed>
    </Page>
  )
}

type Changing = Values & { readonly version: number; readonly state: DwellingState | null }

export function ChangeDwellingPage(): ReactNode {
  const dwellingId = usePathParam('dwellingId')
  return (
    <Page title="家屋の記載の変更" crumbs={[...crumbs, { label: '家屋の記載の変更' }]}>
      <Allowed to={changeDwelling}>
        <Change dwellingId={dwellingId} />
      </Allowed>
    </Page>
  )
}

function Change(props: { dwellingId: string }): ReactNode {
  const { dwellingId } = props
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const { data, error } = useQuery(q(getDwelling, { dwellingId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const valuesOf = ({ dwelling }: typeof data): Changing => ({
    ...{ version: dwelling.version, state: dwelling.state, town: dwelling.town, number: dwelling.number },
    ...{ building: dwelling.building, storeys: dwelling.storeys, reason: '' },
    useCode: dwelling.useCode as UseCode,
    structureCode: dwelling.structureCode as StructureCode,
  })
  return (
    <EditForm
      mode="edit"
      initial={valuesOf(data)}
      schema={changeDwelling.input}
      reload={async () => valuesOf(await call(getDwelling, { dwellingId }))}
      onSubmit={(values, { requestId, changed }) =>
        send(
          changeDwelling,
          {
            ...values,
            dwellingId,
            state: values.state!,
            useCode: values.useCode!,
            structureCode: values.structureCode!,
            // Another 町字 has another code, which its name gives.
            blockCode: changed.includes('town') ? '' : data.dwelling.blockCode,
          },
          requestId,
        )
      }
      onSaved={() => {
        toast('家屋の記載を変更しました')
        for (const { name } of [getDwelling, searchDwellings, listDwellingBlocks])
          void queries.invalidateQueries({ queryKey: [name] })
        void navigate({ to: '/dwellings/$dwellingId', params: { dwellingId } as never })
      }}
      cancel={
        <Link to="/dwellings/$dwellingId" params={{ dwellingId }} className="button">
          やめる
        </Link>
      }
    >
      {({ Field }) => (
        <>
          {data.dwelling.concealed && (
            <Banner tone="information" title="番地と方書は表示しません（支援措置）">
              <p>空のまま保存してください。番地・方書・位置は、入力しても変わりません。</p>
            </Banner>
          )}
          <Field name="state" kind={State} hint="災害で壊れた家屋は「現存」のままにしてください" required />
          <Fields Field={Field as unknown as FieldOf<Values>} />
        </>
      )}
    </EditForm>
  )
}
