import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { listMatchingLists, takeInList } from '../matching.contract.ts'
import { sources, type Source } from '../matching.ts'
import { targets, type Target } from '../matching.table.ts'

type Tried = OutputOf<typeof takeInList>
const MOST_BYTES = 700_000
const SourceField = selectOf(sources)
const Automatic = checkboxOf(
  '氏名（またはフリガナ）と生年月日が同じで、ほかに似た方がいない行は、自動で結び付ける',
)
const TargetField = selectOf<Target>(
  targets.map(({ value, label }) => ({ value, label })),
  '使わない',
)

export function NewListPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="名簿を取り込む"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '名寄せ', to: '/matching' },
        { label: '名簿を取り込む' },
      ]}
      lead="CSV か Excel の名簿を選び、列の意味を確かめてから取り込みます。同じ名簿を二度取り込んでも、同じ行は増えません。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={takeInList}>
          <Form disasterId={disasterId} />
        </Allowed>
      )}
    </Page>
  )
}

function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}

function Form(props: { disasterId: string }): ReactNode {
  const navigate = useNavigate()
  const toast = useToast()
  const [listId] = useState(() => uuidv7())
  const [title, setTitle] = useState('')
  const [source, setSource] = useState<Source | null>('shelter')
  const [automatic, setAutomatic] = useState(false)
  const [file, setFile] = useState<{ name: string; base64: string } | null>(null)
  const [tooLarge, setTooLarge] = useState(false)
  const [sheet, setSheet] = useState(0)
  const [chosen, setChosen] = useState<(Target | null)[] | null>(null)
  const [tried, setTried] = useState<Tried | null>(null)
  const sending = useSend(takeInList, {
    invalidates: [listMatchingLists],
    onDone: (answer) => {
      if (!answer.done) return setTried(answer)
      toast(`${answer.counts.fresh}人を取り込みました。台帳との照合を始めています`)
      void navigate({ to: '/matching/$listId', params: { listId: answer.listId } as never })
    },
  })
  const start = (dryRun: boolean, columns: (Target | null)[] | null, at = sheet): void =>
    sending.start({
      ...{ listId, disasterId: props.disasterId, source: source ?? 'other', automatic, dryRun, sheet: at },
      ...{ title: title.trim() || '名簿', fileName: file?.name ?? '', base64: file?.base64 ?? '' },
      targets: columns,
    })
  const missing =
    file === null ? 'ファイルを選んでください' : source === null ? '名簿の種類を選んでください' : null
  return (
    <>
      <Section title="名簿">
        <LooseField
          name="title"
          label="名簿の名前"
          kind={Text}
          hint="例：第一体育館 11月21日"
          value={title}
          onChange={setTitle}
          required
        />
        <LooseField
          name="source"
          label="種類"
          kind={SourceField}
          value={source}
          onChange={setSource}
          required
        />
        <label className="field">
          <span className="field-label">ファイル（CSV・Excel、700KBまで）</span>
          <input
            type="file"
            accept=".csv,.txt,.tsv,.xlsx"
            onChange={(event) => {
              const [picked] = event.target.files ?? []
              setTried(null)
              setChosen(null)
              setSheet(0)
              setTooLarge(picked !== undefined && picked.size > MOST_BYTES)
              if (!picked || picked.size > MOST_BYTES) return setFile(null)
              void picked
                .arrayBuffer()
                .then((bytes) => setFile({ name: picked.name, base64: base64Of(new Uint8Array(bytes)) }))
            }}
          />
        </label>
        {tooLarge && <p className="field-error">700KBを超えています。ファイルを分けてください。</p>}
        <LooseField
          name="automatic"
          label="確実な行"
          kind={Automatic}
          hint="自動で結び付けた行は、そう記録され、あとから理由を付けて取り消せます。支援措置の対象の方は自動では結び付きません"
          value={automatic}
          onChange={setAutomatic}
        />
      </Section>
      {sending.error && <ErrorSummary error={sending.error} />}
      {tried && (
        <Understood
          tried={tried}
          sheet={sheet}
          onSheet={(at) => {
            setSheet(at)
            setChosen(null)
            start(true, null, at)
          }}
          onTarget={(at, target) => {
            const columns = tried.columns.map((one, i) => (i === at ? target : one.target))
            setChosen(columns)
            start(true, columns)
          }}
        />
      )}
      <div className="button-row">
        <Button
          look={tried === null ? 'solid' : 'outline'}
          busy={sending.busy}
          unavailable={missing}
          onClick={() => start(true, chosen)}
        >
          読み方を確かめる
        </Button>
        <Button
          look={tried === null ? 'outline' : 'solid'}
          busy={sending.busy}
          unavailable={
            missing ??
            (title.trim() === ''
              ? '名簿の名前を入力してください'
              : tried === null
                ? '先に読み方を確かめてください'
                : tried.counts.fresh === 0
                  ? '新しく取り込む方がいません'
                  : null)
          }
          onClick={() => start(false, tried?.columns.map(({ target }) => target) ?? null)}
        >
          取り込んで照合する
        </Button>
      </div>
    </>
  )
}

type ColumnRow = Tried['columns'][number] & {
  readonly at: number
  readonly onTarget: (at: number, target: Target | null) => void
}
const column = columnsOf<ColumnRow>()
const columns = column.columns([
  column.accessor('header', {
    header: '名簿の列',
    cell: ({ row: { original } }) => original.header || `（${original.at + 1}列目）`,
  }),
  column.display({
    id: 'target',
    header: '読み方',
    cell: ({ row: { original } }) =>
      original.secret ? (
        '取り込みません（個人番号など）'
      ) : (
        <LooseField
          name={`target-${original.at}`}
          label={`「${original.header}」の読み方`}
          kind={TargetField}
          value={original.target}
          onChange={(target) => original.onTarget(original.at, target)}
        />
      ),
  }),
  column.accessor('samples', { header: '例', cell: (cell) => cell.getValue().join('、') }),
])

function Understood(props: {
  tried: Tried
  sheet: number
  onSheet: (sheet: number) => void
  onTarget: (at: number, target: Target | null) => void
}): ReactNode {
  const { tried, onTarget } = props
  const { rows, fresh, same, refused } = tried.counts
  return (
    <Section title="読み方（まだ取り込んでいません）">
      <Banner
        tone={tried.findingCount > 0 ? 'warning' : 'success'}
        title={
          tried.findingCount > 0
            ? `${fresh}人を取り込めます。確かめる行が${tried.findingCount}あります`
            : `${fresh}人を取り込めます`
        }
        announce
      />
      <DescriptionList
        items={[
          { term: '名簿の行', value: `${rows}行` },
          { term: '新しく取り込む方', value: `${fresh}人` },
          { term: '前に取り込んだのと同じ行', value: `${same}行` },
          { term: '氏名がなく取り込まない行', value: `${refused}行` },
        ]}
      />
      {tried.remembered && <p>同じ形の名簿を前に取り込んだときの読み方です。</p>}
      {tried.sheets.length > 1 && (
        <div className="button-row">
          {tried.sheets.map((name, at) => (
            <Button
              key={name}
              size="small"
              look={at === props.sheet ? 'solid' : 'outline'}
              onClick={() => props.onSheet(at)}
            >
              {name}
            </Button>
          ))}
        </div>
      )}
      <DataTable
        caption="列の読み方"
        columns={columns}
        rows={tried.columns.map((one, at) => ({ ...one, at, onTarget }))}
        rowKey={({ at }) => String(at)}
        empty={<p>列がありません。</p>}
      />
      {tried.findings.length > 0 && (
        <ul>
          {tried.findings.map((one, i) => (
            <li key={i}>{`${one.line}行目　${one.item}：${one.message}`}</li>
          ))}
        </ul>
      )}
    </Section>
  )
}
