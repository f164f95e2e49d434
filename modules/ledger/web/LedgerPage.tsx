import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Kana } from '@open-bcl/ui/fields/Kana.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan, useSession } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { conditionsOf, noWords, type SearchWords } from '../../residents/search-words.ts'
import { addNonResident, getLedger, searchLedger } from '../ledger.contract.ts'
import { birthText, concealedAddress, sexes, type PersonRow } from './published/person-text.ts'

const column = columnsOf<PersonRow>()
const columns = column.columns([
  column.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('kana', { header: 'フリガナ', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('birth', {
    header: '生年月日',
    meta: { nowrap: true },
    cell: (cell) => birthText(cell.getValue()),
  }),
  column.accessor('sex', { header: '性別', cell: (cell) => labelOf(sexes, cell.getValue()) }),
  column.accessor('address', {
    header: '住所',
    cell: (cell) => cell.getValue() ?? <span className="quiet">{concealedAddress}</span>,
  }),
  column.accessor('residentNo', {
    header: '宛名番号',
    meta: { nowrap: true },
    cell: (cell) => cell.getValue() ?? '住登外者',
  }),
  column.display({
    id: 'marks',
    header: '注意・記載',
    cell: ({ row: { original } }) => (
      <>
        {original.suppressed && <Badge tone="error">支援措置（提供抑止）</Badge>}{' '}
        {original.entryId !== null && <Badge tone="information">台帳に記載あり</Badge>}
      </>
    ),
  }),
])

/**
 * 被災者を探す. The words of a search are personal: they stay out of the address and travel in the entry of the
 * browser's history, so that Back and reloading find them again.
 */
export function LedgerPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="被災者台帳"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '被災者台帳' }]}
      lead={disasterId !== null && <OpenedAt disasterId={disasterId} />}
      actions={disasterId !== null && <AddLink />}
    >
      {disasterId === null ? <ChooseDisaster /> : <Search key={disasterId} disasterId={disasterId} />}
    </Page>
  )
}

function OpenedAt(props: { disasterId: string }): ReactNode {
  const { data } = useQuery(q(getLedger, { disasterId: props.disasterId }))
  return data ? `${instantText(data.openedAt)}の住民情報から作成した台帳です。` : null
}

function AddLink(): ReactNode {
  const can = useCan()
  if (!can(addNonResident).allowed) return null
  return (
    <Link to="/ledger/new" className="button">
      住登外者の追加
    </Link>
  )
}

const Digits = textWith({ width: 'middle', inputMode: 'numeric' })

function Search(props: { disasterId: string }): ReactNode {
  const navigate = useNavigate()
  const { municipality } = useSession()
  const searched = useRouterState({
    select: (state) => (state.location.state as { ledgerSearch?: SearchWords }).ledgerSearch,
  })
  const [words, setWords] = useState<SearchWords>(searched ?? noWords)
  const [missing, setMissing] = useState(false)
  const put = (changed: Partial<SearchWords>) => setWords((kept) => ({ ...kept, ...changed }))
  function search(): void {
    const given = conditionsOf(words, municipality.name)
    setMissing(given === null)
    if (given === null) return
    void navigate({
      to: '.',
      search: true as never,
      state: (kept) => ({ ...kept, ledgerSearch: words }) as typeof kept,
    })
  }
  return (
    <>
      <Section title="被災者を探す">
        <form
          className="form-body"
          role="search"
          aria-label="被災者を探す"
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
      {searched && <Results disasterId={props.disasterId} words={searched} />}
    </>
  )
}

function Results(props: { disasterId: string; words: SearchWords }): ReactNode {
  const { municipality } = useSession()
  const { data, error, refetch } = useQuery(
    q(searchLedger, { disasterId: props.disasterId, ...conditionsOf(props.words, municipality.name) }),
  )
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
      <DataTable
        caption={data ? `検索結果（${data.more ? '50件以上' : `${data.people.length}件`}）` : '検索結果'}
        columns={columns}
        rows={data?.people}
        rowKey={(row) => row.personRef}
        rowLink={(row) => ({ to: '/ledger/$personRef', params: { personRef: row.personRef } })}
        onRetry={() => void refetch()}
        empty={
          <>
            <p>この台帳に、条件に合う方はいません。条件を減らすか、別の読み方で探してください。</p>
            <p>住民登録のない方が被災したときは、住登外者として追加します。</p>
            <AddLink />
          </>
        }
      />
    </>
  )
}
