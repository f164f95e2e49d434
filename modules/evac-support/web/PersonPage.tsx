import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useQueryClient } from '@tanstack/react-query'
import { getEvacPerson, saveEvacPerson, searchEvacSupport } from '../evac-support.contract.ts'
import {
  consentMethods,
  consentStates,
  personBases,
  recipientKinds,
  toldGrounds,
  type ToldGround,
} from '../evac-support.ts'
import { ConsentForm } from './ConsentForm.tsx'
import { consentTones } from './ListPage.tsx'
import { birthWords } from './rows.tsx'

type Person = OutputOf<typeof getEvacPerson>

/** One person of the list: why, what was said of provision, and to whom the data went. */
export function PersonPage(): ReactNode {
  const residentNo = usePathParam('residentNo')
  const { data, error } = useQuery(q(getEvacPerson, { residentNo }))
  const can = useCan()
  const title = data?.name ?? '名簿の方'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '避難行動要支援者名簿', to: '/evac-support' },
        { label: title },
      ]}
      badges={
        data && (
          <>
            <Badge tone={data.entryState === 'listed' ? 'success' : 'neutral'}>
              {data.entryState === 'listed' ? '名簿に載っています' : '名簿に載っていません'}
            </Badge>
            {data.suppressed && <Badge tone="error">支援措置（提供抑止）</Badge>}
          </>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          {data.suppressed && (
            <Banner tone="suppression" title="支援措置の対象の方です">
              住所、連絡先、書かれた言葉は表示しません。名簿のどのファイルにも載らないので、避難の支援は担当の方が別に備えてください。
            </Banner>
          )}
          <Facts person={data} />
          {can(saveEvacPerson).allowed && <EntryForm person={data} />}
          {can(saveEvacPerson).allowed && data.entryState === 'listed' && <ConsentForm person={data} />}
          <Histories person={data} />
        </>
      )}
    </Page>
  )
}

function Facts({ person }: { person: Person }): ReactNode {
  const grounds = [...person.grounds, ...person.told.map((told) => labelOf(toldGrounds, told))]
  const newest = person.consents[0]
  const { words } = person
  return (
    <Section title="名簿の内容">
      <DescriptionList
        items={[
          { term: 'フリガナ', value: person.kana },
          { term: '生年月日', value: birthWords(person) },
          { term: '性別', value: person.sexText },
          { term: '住所', value: person.address ?? '（支援措置のため非表示）' },
          { term: '避難支援等を必要とする事由', value: grounds.join('、') || noValue },
          ...(words === null
            ? []
            : [
                { term: '事由（くわしく）', value: words.reasonWords || noValue },
                { term: '居所', value: words.residence || noValue },
                { term: '電話番号', value: words.phone || noValue },
                { term: 'その他の連絡先', value: words.otherContact || noValue },
                { term: 'その他', value: words.remarks || noValue },
              ]),
          {
            term: '平常時の提供',
            value: newest ? (
              <Badge tone={consentTones[newest.consent]}>{labelOf(consentStates, newest.consent)}</Badge>
            ) : (
              <Badge tone="warning">未確認</Badge>
            ),
          },
        ]}
      />
    </Section>
  )
}

const States = radioOf<'listed' | 'off'>([
  { value: 'listed', label: '名簿に載せる' },
  { value: 'off', label: '名簿に載せない' },
])
const Told = checkGroupOf(toldGrounds, 'column')
const Away = checkboxOf('施設・病院で暮らしている（自宅に戻るまで名簿に載せない）', '施設・病院', '自宅')
const none = { phone: '', otherContact: '', residence: '', reasonWords: '', remarks: '', note: '' }

function EntryForm({ person }: { person: Person }): ReactNode {
  const queries = useQueryClient()
  const toast = useToast()
  const { residentNo, suppressed } = person
  const draftOf = ({ version, entryState, told, away, words }: Person) => ({
    ...{ version, entryState, told: told as readonly ToldGround[], away },
    words: { ...none, ...words, note: '' },
  })
  return (
    <Section title="名簿への記載">
      <EditForm
        mode={person.version === 0 ? 'new' : 'edit'}
        initial={draftOf(person)}
        schema={saveEvacPerson.input}
        submitLabel="名簿に記録する"
        reload={async () => draftOf(await call(getEvacPerson, { residentNo }))}
        onSubmit={(draft, { requestId }) =>
          send(
            saveEvacPerson,
            {
              ...{ residentNo, version: draft.version, told: [...draft.told], away: draft.away },
              entryState: draft.entryState ?? 'off',
              words: suppressed ? null : draft.words,
            },
            requestId,
          )
        }
        onSaved={() => {
          toast('名簿に記録しました')
          for (const { name } of [getEvacPerson, searchEvacSupport])
            void queries.invalidateQueries({ queryKey: [name] })
        }}
      >
        {({ Field }) => (
          <>
            <Field name="entryState" kind={States} required />
            <Field name="told" kind={Told} hint="台帳による事由のほかに、載せる理由" />
            <Field name="away" kind={Away} />
            {!suppressed && (
              <>
                <FieldRow>
                  <Field name="words.phone" kind={Text} />
                  <Field name="words.otherContact" kind={Text} />
                </FieldRow>
                <Field name="words.residence" kind={Text} />
                <Field name="words.reasonWords" kind={TextArea} hint="例：人工呼吸器を使っている" />
                <Field name="words.remarks" kind={TextArea} />
                <Field name="words.note" kind={Text} />
              </>
            )}
          </>
        )}
      </EditForm>
    </Section>
  )
}

type Consent = Person['consents'][number]
const consentColumn = columnsOf<Consent>()
const consentColumns = consentColumn.columns([
  consentColumn.accessor('consent', {
    header: '同意',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={consentTones[cell.getValue()]}>{labelOf(consentStates, cell.getValue())}</Badge>
    ),
  }),
  consentColumn.accessor('toldOn', {
    header: '確認した日',
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  consentColumn.accessor('method', {
    header: '方法',
    cell: (cell) => labelOf(consentMethods, cell.getValue()),
  }),
  consentColumn.accessor('who', {
    header: '意思を示した人',
    cell: (cell) => cell.getValue() ?? '（支援措置のため非表示）',
  }),
  consentColumn.accessor('untilOn', {
    header: '期限',
    cell: (cell) => dateText(cell.getValue() as PlainDate | null) || noValue,
  }),
  consentColumn.accessor('exceptKinds', {
    header: '提供しない相手',
    cell: (cell) =>
      cell
        .getValue()
        .map((kind) => labelOf(recipientKinds, kind))
        .join('、') || noValue,
  }),
  consentColumn.accessor('recordedBy', {
    header: '記録',
    cell: (cell) => `${instantText(cell.row.original.recordedAt)}　${cell.getValue()}`,
  }),
])

type Version = Person['versions'][number]
const versionColumn = columnsOf<Version>()
const versionColumns = versionColumn.columns([
  versionColumn.accessor('version', { header: '版', meta: { align: 'end' } }),
  versionColumn.accessor('entryState', {
    header: '名簿',
    cell: (cell) =>
      cell.getValue() === 'listed' ? '載せた' : cell.row.original.away ? '外した（施設・病院）' : '外した',
  }),
  versionColumn.accessor('grounds', {
    header: '事由',
    cell: (cell) => [...cell.getValue(), ...cell.row.original.told].join('、') || 'なし',
  }),
  versionColumn.accessor('cause', {
    header: 'きっかけ',
    cell: (cell) => (cell.getValue() === 'offer' ? '台帳との照合' : '職員の記載'),
  }),
  versionColumn.accessor('writtenBy', {
    header: '記録',
    cell: (cell) => `${instantText(cell.row.original.writtenAt)}　${cell.getValue()}`,
  }),
])

type Handover = Person['handovers'][number]
const handoverColumn = columnsOf<Handover>()
const handoverColumns = handoverColumn.columns([
  handoverColumn.accessor('handedAt', {
    header: '提供した日時',
    cell: (cell) => instantText(cell.getValue()),
  }),
  handoverColumn.accessor('recipient', {
    header: '提供先',
    cell: (cell) => (
      <Link
        to="/evac-provisions/$provisionId"
        params={{ provisionId: cell.row.original.provisionId } as never}
      >
        {cell.getValue() ?? '（支援措置のため非表示）'}
      </Link>
    ),
  }),
  handoverColumn.accessor('personBasis', {
    header: '根拠',
    cell: (cell) => labelOf(personBases, cell.getValue()),
  }),
  handoverColumn.accessor('handedBy', { header: '取り出した人' }),
])

function Histories({ person }: { person: Person }): ReactNode {
  return (
    <>
      <DataTable
        caption="提供への同意の記録"
        columns={consentColumns}
        rows={person.consents}
        rowKey={({ consentNo }) => String(consentNo)}
        empty={<p>まだ確認していません。</p>}
      />
      <DataTable
        caption="この方の情報を提供した記録"
        columns={handoverColumns}
        rows={person.handovers}
        rowKey={({ handedAt, provisionId }) => `${provisionId} ${handedAt}`}
        empty={<p>提供していません。</p>}
      />
      <DataTable
        caption="名簿の記載の移り変わり"
        columns={versionColumns}
        rows={person.versions}
        rowKey={({ version }) => String(version)}
        empty={<p>名簿に載ったことはありません。</p>}
      />
    </>
  )
}
