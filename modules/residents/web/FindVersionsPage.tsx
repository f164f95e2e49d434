import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Kana } from '@open-bcl/ui/fields/Kana.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSession } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { conditionsOf, noWords, type SearchWords } from '../search-words.ts'
import { searchVersions } from '../versions.contract.ts'
import type { ViewPurpose } from '../versions.ts'
import { RevealForm } from './RevealForm.tsx'
import { birthText, concealedAddress, kindWords, stateWords, type FoundPerson } from './version-text.ts'

const column = columnsOf<FoundPerson>()
const number = column.accessor('residentNo', { header: '宛名番号', meta: { nowrap: true } })
const state = column.accessor('state', {
  header: '状態',
  meta: { nowrap: true },
  cell: ({ row: { original } }) => (
    <>
      {stateWords[original.state]}（{kindWords[original.kind]}）{' '}
      {original.deleted && <Badge tone="warning">削除済み</Badge>}
    </>
  ),
})
const versions = column.accessor('versions', { header: '世代の数', meta: { align: 'end' } })
const marks = column.display({
  id: 'marks',
  header: '注意',
  cell: ({ row: { original } }) =>
    original.suppressed ? <Badge tone="error">支援措置（提供抑止）</Badge> : noValue,
})
const household = column.accessor('householdNo', {
  header: '世帯番号',
  meta: { nowrap: true },
  cell: (cell) => cell.getValue() ?? noValue,
})
const sealedColumns = column.columns([number, state, household, versions, marks])
const openColumns = column.columns([
  number,
  column.accessor((row) => row.person?.name ?? noValue, {
    id: 'name',
    header: '氏名',
    cell: (cell) => <NameText name={cell.getValue()} />,
  }),
  column.accessor((row) => row.person?.kana ?? noValue, {
    id: 'kana',
    header: 'フリガナ',
    cell: (cell) => <NameText name={cell.getValue()} />,
  }),
  column.accessor((row) => (row.person ? birthText(row.person.birth) : noValue), {
    id: 'birth',
    header: '生年月日',
    meta: { nowrap: true },
  }),
  column.accessor((row) => (row.person ? (row.person.address ?? concealedAddress) : noValue), {
    id: 'address',
    header: '住所',
    meta: { wide: true },
  }),
  state,
  marks,
])

/** What a search was for; kept in the browser's history entry, never in the address. */
type Searched = { readonly versionsSearch?: SearchWords }

/** 中間DB参照: who is to be looked at. Found people stay sealed until somebody says what for. */
export function FindVersionsPage(): ReactNode {
  return (
    <Page
      title="中間DB参照"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '中間DB参照' }]}
      lead="業務システムから届いたデータが、いつ、どう変わったかを確かめます。誰が、何のために、誰の情報を見たかは記録されます。"
    >
      <Search />
    </Page>
  )
}

const Digits = textWith({ width: 'middle', inputMode: 'numeric' })

function Search(): ReactNode {
  const navigate = useNavigate()
  const { municipality } = useSession()
  const searched = useRouterState({ select: (state) => (state.location.state as Searched).versionsSearch })
  const [words, setWords] = useState<SearchWords>(searched ?? noWords)
  const [of, setOf] = useState(searched)
  if (of !== searched) {
    // Begun anew from the menu, or gone back to: the fields say what the list below is of.
    setOf(searched)
    setWords(searched ?? noWords)
  }
  const [missing, setMissing] = useState(false)
  const put = (changed: Partial<SearchWords>) => setWords((kept) => ({ ...kept, ...changed }))
  function search(): void {
    const given = conditionsOf(words, municipality.name)
    setMissing(given === null)
    if (given === null) return
    void navigate({
      to: '.',
      search: true as never,
      state: (kept) => ({ ...kept, versionsSearch: words }) as typeof kept,
    })
  }
  return (
    <>
      <Section title="人を探す">
        <form
          className="form-body"
          role="search"
          aria-label="人を探す"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            search()
          }}
        >
          {missing && (
            <Banner tone="warning" title="どれか一つは入力してください" announce>
              氏名、フリガナ、生年月日、住所、宛名番号の一部でも探せます。
            </Banner>
          )}
          <FieldRow>
            <LooseField
              name="name"
              label="氏名"
              kind={Text}
              hint="一部でも、異体字でも探せます"
              value={words.name}
              onChange={(name) => put({ name })}
            />
            <LooseField
              name="kana"
              label="フリガナ"
              kind={Kana}
              value={words.kana}
              onChange={(kana) => put({ kana })}
            />
          </FieldRow>
          <FieldRow>
            <LooseField
              name="birthOn"
              label="生年月日"
              kind={WarekiDate}
              value={words.birthOn}
              onChange={(birthOn) => put({ birthOn })}
            />
            <LooseField
              name="address"
              label="住所"
              kind={Text}
              hint="町名から。例：神岡町船津1"
              value={words.address}
              onChange={(address) => put({ address })}
            />
            <LooseField
              name="residentNo"
              label="宛名番号"
              kind={Digits}
              hint="削除された方は、宛名番号で探します"
              value={words.residentNo}
              onChange={(residentNo) => put({ residentNo })}
            />
          </FieldRow>
          <div className="button-row">
            <Button type="submit" look="solid">
              検索
            </Button>
            <Button onClick={() => setWords(noWords)}>条件を消す</Button>
          </div>
        </form>
      </Section>
      {searched && <Results key={JSON.stringify(searched)} words={searched} />}
    </>
  )
}

function Results(props: { words: SearchWords }): ReactNode {
  const { municipality } = useSession()
  const [chosen, setChosen] = useState<ViewPurpose | null>(null)
  const [purpose, setPurpose] = useState<ViewPurpose | null>(null)
  const conditions = conditionsOf(props.words, municipality.name) ?? {}
  const { data, error, refetch } = useQuery({
    ...q(searchVersions, { ...conditions, ...(purpose === null ? {} : { purpose }) }),
    // Every reading is recorded: not again when the window is looked at again.
    staleTime: Infinity,
    gcTime: 0,
    placeholderData: (kept) => kept,
  })
  if (error) return <ErrorSummary error={error} />
  return (
    <>
      <p role="status" className="visually-hidden">
        {data && (data.more ? '50件以上見つかりました' : `${data.people.length}件見つかりました`)}
      </p>
      {data?.more && (
        <Banner tone="information" title="50件以上あります。先頭の50件を表示しています">
          条件を加えると、絞り込めます。
        </Banner>
      )}
      {purpose === null && data !== undefined && data.people.length > 0 && (
        <Section title="氏名などを表示する">
          <p>
            氏名・生年月日・住所は、目的を選ぶまで表示しません。宛名番号が分かるときは、そのまま開けます。
          </p>
          <RevealForm purpose={chosen} onPurpose={setChosen} onReveal={setPurpose} />
        </Section>
      )}
      <DataTable
        caption={data ? `検索結果（${data.more ? '50件以上' : `${data.people.length}件`}）` : '検索結果'}
        columns={purpose === null ? sealedColumns : openColumns}
        rows={data?.people}
        rowKey={(row) => row.residentNo}
        rowLink={(row) => ({ to: '/residents/$residentNo', params: { residentNo: row.residentNo } })}
        onRetry={() => void refetch()}
        empty={
          <p>
            条件に合う方は、中間DBにいません。条件を減らすか、別の読み方で探してください。支援措置の対象の方は、住所では見つかりません。
          </p>
        }
      />
    </>
  )
}
