import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
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
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getItem, listItems, setItem } from '../items.contract.ts'
import { consents, contactKinds, contactSafeties, itemSources } from '../items.ts'
import { getVictim } from '../ledger.contract.ts'
import { checkDraft, draftOf, shownSlots, valueOf, type Item, type ItemDraft } from './item-draft.ts'
import { concealedAddress } from './published/person-text.ts'

type Loaded = OutputOf<typeof getItem>
type Told = Loaded['history'][number]

/** 記載事項の記録・訂正: the value as it stands, and everything it was before. */
export function ItemPage(): ReactNode {
  const personRef = usePathParam('personRef')
  const itemKey = usePathParam('itemKey')
  const disasterId = useSelectedDisaster()
  return disasterId === null ? (
    <Page title="記載事項">
      <ChooseDisaster />
    </Page>
  ) : (
    <Loading disasterId={disasterId} personRef={personRef} itemKey={itemKey} />
  )
}

type Where = { readonly disasterId: string; readonly personRef: string; readonly itemKey: string }

function Loading(props: Where): ReactNode {
  const { data, error } = useQuery(q(getItem, props))
  const { disasterId, personRef } = props
  const victim = useQuery(q(getVictim, { disasterId, personRef })).data
  const title = data?.item.name ?? '記載事項'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災者台帳', to: '/ledger' },
        ...(victim ? [{ label: victim.person.name, to: `/ledger/${personRef}` }] : []),
        { label: title },
      ]}
      lead={
        data &&
        `${victim?.person.name ?? ''}${data.item.law === '' ? '　町の項目' : `　法定の項目（${data.item.law}）`}`
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {victim?.person.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：記録した内容は、この画面には表示されません">
          新しい内容を書き足すことはできます。前の内容は消えません。
        </Banner>
      )}
      {data && (
        <Allowed to={setItem}>
          <Form key={data.version} {...props} loaded={data} />
        </Allowed>
      )}
      {data && <History history={data.history} />}
    </Page>
  )
}

const Source = radioOf(itemSources)

function Form(props: Where & { loaded: Loaded }): ReactNode {
  const { loaded, ...where } = props
  const { item } = loaded
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode={loaded.value === null ? 'new' : 'edit'}
      initial={draftOf(loaded.value, loaded.version)}
      check={(draft) => checkDraft(item.type, draft)}
      submitLabel={loaded.version === 0 ? '記録する' : '新しい内容を記録する'}
      onSubmit={(draft, { requestId }) =>
        send(
          setItem,
          {
            ...where,
            version: draft.version,
            value: valueOf(item.type, draft),
            source: draft.source ?? 'staff',
          },
          requestId,
        )
      }
      reload={async () => {
        const now = await call(getItem, where)
        return draftOf(now.value, now.version)
      }}
      onSaved={() => {
        toast(`「${item.name}」を記録しました`)
        for (const { name } of [getItem, listItems, getVictim])
          void queries.invalidateQueries({ queryKey: [name] })
        void navigate({ to: '/ledger/$personRef', params: { personRef: where.personRef } as never })
      }}
      cancel={
        <Link to="/ledger/$personRef" params={{ personRef: where.personRef }} className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => (
        <>
          <FieldGroup legend={item.name}>
            <Value item={item} values={values} Field={Field} />
          </FieldGroup>
          <FieldGroup legend="情報の出所">
            <Field name="source" label="どこから得たか" kind={Source} required />
          </FieldGroup>
        </>
      )}
    </EditForm>
  )
}

const Count = wholeNumberOf({ unit: '', minimum: 0, maximum: 999_999_999 })
const Consent = radioOf(consents)
const ContactKind = selectOf(contactKinds)
const Safety = selectOf(contactSafeties)

function Value(props: { item: Item; values: ItemDraft; Field: FieldOf<ItemDraft> }): ReactNode {
  const { item, values, Field } = props
  const hint = item.hint === undefined ? {} : { hint: item.hint }
  const options = item.choices ?? []
  switch (item.type) {
    case 'choice':
      return <Field name="choice" label={item.name} kind={radioOf(options)} required />
    case 'choices':
      return (
        <>
          <Field name="choices" label={item.name} kind={checkGroupOf(options)} />
          <Field name="detail" label="補足" kind={TextArea} />
        </>
      )
    case 'date':
      return <Field name="date" label={item.name} kind={WarekiDate} required />
    case 'number':
      return <Field name="number" label={item.name} kind={Count} required />
    case 'place':
      return (
        <>
          <Field name="choice" label="どんな場所か" kind={radioOf(options)} required />
          <FieldRow>
            <Field name="where" label="場所の名前・住所" kind={Text} hint="例：古川小学校体育館" />
            <Field name="since" label="いつから" kind={WarekiDate} />
          </FieldRow>
          <Field name="detail" label="補足" kind={Text} />
        </>
      )
    case 'consent':
      return (
        <>
          <Field name="consent" label="提供への同意" kind={Consent} required />
          <FieldRow>
            <Field name="on" label="確かめた日" kind={WarekiDate} required />
            <Field name="method" label="確かめた方法" kind={Text} hint="例：書面、訪問時に口頭" />
          </FieldRow>
          <Field
            name="recipients"
            label="提供先"
            kind={Text}
            hint="限らないときは空欄。例：社会福祉協議会、県"
          />
        </>
      )
    case 'contacts':
      return shownSlots(values).map((slot, i) => (
        <FieldGroup key={slot} legend={`連絡先${i + 1}`}>
          <FieldRow>
            <Field name={`${slot}.kind`} label="種類" kind={ContactKind} />
            <Field name={`${slot}.value`} label="番号・アドレス" kind={Text} />
          </FieldRow>
          <FieldRow>
            <Field name={`${slot}.whose`} label="だれの連絡先か" kind={Text} hint="例：本人、長男" />
            <Field name={`${slot}.safety`} label="連絡してよいか" kind={Safety} />
          </FieldRow>
          <Field name={`${slot}.detail`} label="補足" kind={Text} hint="例：夜7時以降" />
        </FieldGroup>
      ))
    case 'text':
    case 'derived':
      return <Field name="text" label={item.name} kind={TextArea} {...hint} required />
  }
}

const told = columnsOf<Told>()
const columns = told.columns([
  told.accessor('at', {
    header: '記録した日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  told.accessor('text', {
    header: '内容',
    meta: { wide: true },
    cell: (cell) => cell.getValue() ?? <span className="quiet">{concealedAddress}</span>,
  }),
  told.accessor('source', { header: 'どこから', cell: (cell) => labelOf(itemSources, cell.getValue()) }),
  told.accessor('by', { header: '記録者', meta: { nowrap: true } }),
])

function History(props: { history: readonly Told[] }): ReactNode {
  return (
    <DataTable
      caption={`これまでの記録（新しい順、${props.history.length}件）`}
      columns={columns}
      rows={props.history}
      rowKey={(row) => String(row.version)}
      empty={<p>まだ記録がありません。</p>}
    />
  )
}
