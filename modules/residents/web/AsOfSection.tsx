import { useQuery } from '@tanstack/react-query'
import { Suspense, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useResidentPanels } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { revealAsOf } from '../versions.contract.ts'
import type { ViewPurpose } from '../versions.ts'
import { RevealForm } from './RevealForm.tsx'
import { birthText, instantOf, isFilled, itemText, sexWords, type Member, type Then } from './version-text.ts'

const Which = radioOf<'now' | 'at' | 'seq'>([
  { value: 'now', label: '今' },
  { value: 'at', label: '日時' },
  { value: 'seq', label: '取込通番' },
])
const Time = textWith({ width: 'narrow' })
const Digits = textWith({ width: 'narrow', inputMode: 'numeric' })

type Moment = { readonly at?: string; readonly seq?: string }

/** The person, the household and what other businesses hold, as of a moment or a number. */
export function AsOfSection(props: {
  residentNo: string
  purpose: ViewPurpose | null
  onPurpose: (purpose: ViewPurpose | null) => void
}): ReactNode {
  const [which, setWhich] = useState<'now' | 'at' | 'seq'>('now')
  const [day, setDay] = useState<PlainDate | null>(null)
  const [time, setTime] = useState('')
  const [seq, setSeq] = useState('')
  const [missing, setMissing] = useState<string | null>(null)
  const [asked, setAsked] = useState<(Moment & { purpose: ViewPurpose }) | null>(null)

  function moment(): Moment | string {
    if (which === 'now') return {}
    if (which === 'seq') {
      const digits = seq.normalize('NFKC').replace(/\s/g, '')
      return /^\d{1,18}$/.test(digits) ? { seq: digits } : '取込通番を数字で入力してください'
    }
    if (day === null) return '日付を入力してください'
    const at = instantOf(day, time)
    return at === null ? '時刻は「9:05」のように入力してください' : { at }
  }

  return (
    <Section title="時点を指定して、世帯やほかの業務も見る">
      <RevealForm
        purpose={props.purpose}
        onPurpose={props.onPurpose}
        onReveal={(purpose) => {
          const wanted = moment()
          setMissing(typeof wanted === 'string' ? wanted : null)
          if (typeof wanted !== 'string') setAsked({ ...wanted, purpose })
        }}
      >
        <LooseField
          name="which"
          label="いつの時点か"
          kind={Which}
          value={which}
          onChange={(next) => {
            setWhich(next ?? which)
            // What was asked for another moment is not to be taken for this one's.
            setMissing(null)
            setAsked(null)
          }}
        />
        {which === 'at' && (
          <FieldRow>
            <LooseField
              name="day"
              label="日付"
              kind={WarekiDate}
              value={day}
              onChange={setDay}
              error={missing}
            />
            <LooseField
              name="time"
              label="時刻"
              kind={Time}
              hint="例：9:05。空欄はその日の終わり"
              value={time}
              onChange={setTime}
            />
          </FieldRow>
        )}
        {which === 'seq' && (
          <LooseField
            name="seq"
            label="取込通番"
            kind={Digits}
            hint="世代の一覧にある番号"
            value={seq}
            onChange={setSeq}
            error={missing}
          />
        )}
      </RevealForm>
      {asked && <Opened key={JSON.stringify(asked)} residentNo={props.residentNo} asked={asked} />}
    </Section>
  )
}

function Opened(props: { residentNo: string; asked: Moment & { purpose: ViewPurpose } }): ReactNode {
  const can = useCan()
  const panels = useResidentPanels().filter((panel) => !panel.needs || can(panel.needs).allowed)
  const { data, error } = useQuery({
    ...q(revealAsOf, { residentNo: props.residentNo, ...props.asked }),
    // Every reading is recorded, and nothing stays in memory once the page is left.
    staleTime: Infinity,
    gcTime: 0,
  })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const then = `取込通番${data.seq}${data.appliedAt === null ? '' : `（${instantText(data.appliedAt)}に取込み）`}`
  return (
    <>
      <p role="status">{`${then}の時点です。${data.concealed ? '所在に関わる項目は除いています。' : ''}`}</p>
      {data.items === null ? (
        <Banner tone="information" title="この時点では、住民情報にいません">
          まだ届いていないか、削除されています。世代の一覧で確かめてください。
        </Banner>
      ) : (
        <DataTable
          caption="住民情報（値のある項目）"
          columns={itemColumns}
          rows={data.items.filter(({ name, value }) => isFilled(name, value))}
          rowKey={(row) => row.name}
          empty=""
        />
      )}
      {data.household.length > 0 && (
        <DataTable
          caption={`世帯（${data.household.length}人）`}
          columns={memberColumns}
          rows={data.household}
          rowKey={(row) => row.residentNo}
          rowLink={(row) => ({ to: '/residents/$residentNo', params: { residentNo: row.residentNo } })}
          empty=""
        />
      )}
      {panels.map(({ key, Panel }) => (
        <Suspense key={key} fallback={<Progress label="読み込んでいます" />}>
          <Panel residentNo={props.residentNo} seq={data.seq} purpose={props.asked.purpose} />
        </Suspense>
      ))}
    </>
  )
}

const item = columnsOf<NonNullable<Then['items']>[number]>()
const itemColumns = item.columns([
  item.accessor('name', { header: '項目名' }),
  item.accessor('value', {
    header: '内容',
    cell: (cell) => itemText(cell.row.original.name, cell.getValue()),
  }),
])

const member = columnsOf<Member>()
const memberColumns = member.columns([
  member.accessor('residentNo', { header: '宛名番号', meta: { nowrap: true } }),
  member.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  member.accessor('kana', { header: 'フリガナ', cell: (cell) => <NameText name={cell.getValue()} /> }),
  member.accessor('relation', { header: '続柄' }),
  member.accessor('birth', {
    header: '生年月日',
    meta: { nowrap: true },
    cell: (cell) => birthText(cell.getValue()),
  }),
  member.accessor('sex', { header: '性別', cell: (cell) => sexWords[cell.getValue()] ?? '' }),
  member.accessor('suppressed', {
    header: '注意',
    cell: (cell) => (cell.getValue() ? <Badge tone="error">支援措置（提供抑止）</Badge> : '―'),
  }),
])
