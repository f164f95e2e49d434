import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { Phone } from '@open-bcl/ui/fields/Phone.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { ArrangedFields } from '../../ledger/web/published/item-names.tsx'
import {
  changeNonDwelling,
  draftNonDwelling,
  getNonDwelling,
  listNonDwellings,
  registerNonDwelling,
} from '../non-dwellings.contract.ts'
import { nonDwellingKinds, ownerKinds, type NonDwellingKind, type OwnerKind } from '../non-dwellings.ts'

type Values = {
  readonly version: number
  readonly kind: NonDwellingKind | null
  readonly ownerKind: OwnerKind | null
  readonly words: RawInputOf<typeof registerNonDwelling>['words']
}

const Kind = selectOf(nonDwellingKinds)
const Owner = selectOf(ownerKinds)
const crumbs = [
  { label: 'メインメニュー', to: '/' },
  { label: '被災非住家管理', to: '/non-dwellings' },
]

function Fields(props: { Field: FieldOf<Values>; suppressed: boolean }): ReactNode {
  const { Field, suppressed } = props
  return (
    <>
      {suppressed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
          登録の後は、物件・場所・連絡先・備考を表示しません。変更のときは、見えない項目はそのまま残ります。
        </Banner>
      )}
      <FieldGroup legend="物件">
        <FieldRow>
          <Field name="kind" kind={Kind} required />
          <Field name="words.name" kind={Text} hint="例：北倉庫、飛騨 500 あ 1234" required />
        </FieldRow>
        <Field name="words.place" kind={Text} required />
      </FieldGroup>
      <FieldGroup legend="所有者">
        <ArrangedFields
          subsystem="non-dwellings"
          places={[
            { half: true, field: () => <Field name="ownerKind" kind={Owner} required /> },
            {
              item: 'corporateNo',
              half: true,
              field: (own) => (
                <Field
                  name="words.corporateNo"
                  kind={Text}
                  hint="法人のとき。13桁。分からなければ空欄"
                  {...own}
                />
              ),
            },
            {
              field: () => (
                <Field name="words.ownerName" kind={Text} hint="法人のときは法人の名称" required />
              ),
            },
            {
              item: 'ownerAddress',
              field: (own) => <Field name="words.ownerAddress" kind={Text} {...own} />,
            },
            { item: 'phone', field: (own) => <Field name="words.phone" kind={Phone} {...own} /> },
            { item: 'note', field: (own) => <Field name="words.note" kind={TextArea} {...own} /> },
          ]}
        />
      </FieldGroup>
    </>
  )
}

/** One more damaged thing of a person of the ledger (`?person=`). */
export function NewNonDwellingPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const { person } = useSearch({ strict: false }) as { person?: string }
  return (
    <Page
      title="被災非住家の登録"
      crumbs={[...crumbs, { label: '登録' }]}
      lead="物件1つにつき1件です。法人の物件は、手続をする代表者などを被災者台帳で選び、所有者を法人の名称に直してください。"
    >
      {disasterId === null && <ChooseDisaster />}
      {disasterId !== null && person === undefined && (
        <Banner tone="information" title="先に、所有者（法人のときは代表者など）を選んでください">
          <Link to="/ledger">被災者台帳</Link>で探し、その方の画面から登録します。
        </Banner>
      )}
      {disasterId !== null && person !== undefined && (
        <Allowed to={registerNonDwelling}>
          <Register disasterId={disasterId} personRef={person} />
        </Allowed>
      )}
    </Page>
  )
}

function Register(props: { disasterId: string; personRef: string }): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const { data, error } = useQuery({ ...q(draftNonDwelling, props), staleTime: Infinity })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const initial: Values = { version: 0, kind: null, ownerKind: 'person', words: data.words }
  return (
    <EditForm
      mode="new"
      initial={initial}
      schema={registerNonDwelling.input}
      submitLabel="登録する"
      onSubmit={({ kind, ownerKind, words }, { requestId }) =>
        send(registerNonDwelling, { ...props, kind: kind!, ownerKind: ownerKind!, words }, requestId)
      }
      onSaved={({ nonDwellingId }) => {
        toast('登録しました。続けて写真と被害を記録できます')
        void queries.invalidateQueries({ queryKey: [listNonDwellings.name] })
        void navigate({ to: '/non-dwellings/$nonDwellingId', params: { nonDwellingId } as never })
      }}
      cancel={
        <Link to="/ledger/$personRef" params={{ personRef: props.personRef }} className="button">
          やめる
        </Link>
      }
    >
      {({ Field }) => <Fields Field={Field} suppressed={data.suppressed} />}
    </EditForm>
  )
}

export function ChangeNonDwellingPage(): ReactNode {
  const nonDwellingId = usePathParam('nonDwellingId')
  return (
    <Page title="被災非住家の記載の変更" crumbs={[...crumbs, { label: '記載の変更' }]}>
      <Allowed to={changeNonDwelling}>
        <Change nonDwellingId={nonDwellingId} />
      </Allowed>
    </Page>
  )
}

/** What the form needs where a protected person's words are not shown: the server keeps the true ones. */
const CONCEALED = '（非表示）'

function Change(props: { nonDwellingId: string }): ReactNode {
  const { nonDwellingId } = props
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const { data, error } = useQuery(q(getNonDwelling, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const valuesOf = ({ property }: typeof data): Values => ({
    ...{ version: property.version, kind: property.kind, ownerKind: property.ownerKind },
    words: property.suppressed ? { ...property.words, name: CONCEALED, place: CONCEALED } : property.words,
  })
  return (
    <EditForm
      mode="edit"
      initial={valuesOf(data)}
      schema={changeNonDwelling.input}
      reload={async () => valuesOf(await call(getNonDwelling, props))}
      onSubmit={({ version, kind, ownerKind, words }, { requestId }) =>
        send(
          changeNonDwelling,
          { nonDwellingId, version, kind: kind!, ownerKind: ownerKind!, words },
          requestId,
        )
      }
      onSaved={() => {
        toast('変更しました')
        for (const { name } of [getNonDwelling, listNonDwellings])
          void queries.invalidateQueries({ queryKey: [name] })
        void navigate({ to: '/non-dwellings/$nonDwellingId', params: { nonDwellingId } as never })
      }}
      cancel={
        <Link to="/non-dwellings/$nonDwellingId" params={{ nonDwellingId }} className="button">
          やめる
        </Link>
      }
    >
      {({ Field }) => <Fields Field={Field} suppressed={data.property.suppressed} />}
    </EditForm>
  )
}
