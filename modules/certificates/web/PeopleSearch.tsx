import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Kana } from '@open-bcl/ui/fields/Kana.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSession } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { conditionsOf, noWords, type SearchWords } from '../../residents/search-words.ts'
import { findPeople } from '../desk.contract.ts'
import { birthText, concealedAddress, residentStates } from './certificate-text.ts'

type Person = OutputOf<typeof findPeople>['people'][number]

const column = columnsOf<Person>()
const columns = column.columns([
  column.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('kana', { header: 'フリガナ', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor((row) => birthText(row.birth), { id: 'birth', header: '生年月日', meta: { nowrap: true } }),
  column.accessor((row) => row.address ?? concealedAddress, {
    id: 'address',
    header: '住所',
    meta: { wide: true },
  }),
  column.accessor('residentNo', { header: '宛名番号', meta: { nowrap: true } }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => residentStates[original.state],
  }),
  column.display({
    id: 'marks',
    header: '注意',
    cell: ({ row: { original } }) =>
      original.suppressed ? <Badge tone="error">支援措置（提供抑止）</Badge> : noValue,
  }),
])

/** What a search was for; kept in the browser's history entry, never in the address. */
type Searched = { readonly peopleSearch?: SearchWords }

const Digits = textWith({ width: 'middle', inputMode: 'numeric' })

/** Whom it is about: found by words, then opened at `to` (`/certificates/desk/$residentNo`). */
export function PeopleSearch(props: { to: string }): ReactNode {
  const navigate = useNavigate()
  const { municipality } = useSession()
  const searched = useRouterState({ select: (state) => (state.location.state as Searched).peopleSearch })
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
      state: (kept) => ({ ...kept, peopleSearch: words }) as typeof kept,
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
      {searched && <Found key={JSON.stringify(searched)} words={searched} to={props.to} />}
    </>
  )
}

function Found(props: { words: SearchWords; to: string }): ReactNode {
  const { municipality } = useSession()
  const { data, error, refetch } = useQuery({
    ...q(findPeople, conditionsOf(props.words, municipality.name) ?? {}),
    // Every reading is recorded: not again when the window is looked at again.
    staleTime: Infinity,
    gcTime: 0,
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
      <DataTable
        caption={data ? `検索結果（${data.more ? '50件以上' : `${data.people.length}件`}）` : '検索結果'}
        columns={columns}
        rows={data?.people}
        rowKey={(row) => row.residentNo}
        rowLink={(row) => ({ to: props.to, params: { residentNo: row.residentNo } })}
        onRetry={() => void refetch()}
        empty={
          <p>
            条件に合う方がいません。条件を減らすか、別の読み方で探してください。支援措置の対象の方は、住所では見つかりません。
          </p>
        }
      />
    </>
  )
}
