import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import type { Business } from '../../interfaces/interfaces.columns.ts'
import { getRun, getRunFindings, listManualBusinesses, startRun } from '../manual.contract.ts'
import type { Plan } from '../manual.plan.ts'
import { isUnchanged, type Mode, type Run } from './manual-text.ts'

type Result = NonNullable<Run['result']>

const column = columnsOf<Result['findings'][number]>()
const columns = column.columns([
  column.accessor('line', {
    header: '行',
    meta: { nowrap: true },
    cell: (cell) => {
      const line = cell.getValue()
      return line === null ? 'ファイル全体' : `${grouped(line)}行目`
    },
  }),
  column.accessor('item', { header: '項目名' }),
  column.accessor('message', { header: '理由', meta: { wide: true } }),
])
const deletionsKind = wholeNumberOf({ unit: '件', minimum: 0, maximum: 99_999_999 })
const LOOK_AGAIN_MS = 700
const KIB = 1024

/** A try or the load itself: how far it is, what came of it, and what can be done next. */
export function RunStep(props: {
  business: Business
  uploadId: string
  runId: string
  plan: Plan
  mode: Mode
  suppressionsKnown: boolean
  onBack: () => void
  onLoad: (runId: string) => void
  onAnother: () => void
}): ReactNode {
  const { data: run, error } = useQuery({
    ...q(getRun, { runId: props.runId }),
    refetchInterval: ({ state }) =>
      state.data?.state === 'waiting' || state.data?.state === 'running' || !state.data
        ? LOOK_AGAIN_MS
        : false,
  })
  if (error) return <ErrorSummary error={error} />
  if (!run || run.state === 'waiting' || run.state === 'running') return <UnderWay run={run} />
  const { result } = run
  if (result === null) return null
  const title = run.kind === 'check' ? '試行の結果' : '取込の結果'
  return (
    <>
      <Section title={title}>
        <Outcome run={run} result={result} />
        {result.counts && <Counts counts={result.counts} />}
        <Changes result={result} />
      </Section>
      <FindingsSection runId={props.runId} result={result} />
      <CautionsSection runId={props.runId} result={result} />
      {run.kind === 'check' && run.state === 'done' && !isUnchanged(result) ? (
        <Decide {...props} result={result} />
      ) : (
        <div className="button-row">
          {run.kind === 'check' && <Button onClick={props.onBack}>項目の対応に戻る</Button>}
          {run.kind === 'apply' && run.state !== 'done' && (
            <Button onClick={props.onBack}>試行からやり直す</Button>
          )}
          <Button onClick={props.onAnother}>別のファイルを取り込む</Button>
          <Link to="/manual" className="button">
            手作業取込の一覧へ
          </Link>
        </div>
      )}
    </>
  )
}

function UnderWay(props: { run: Run | undefined }): ReactNode {
  const { run } = props
  const label = run?.kind === 'apply' ? '取り込んでいます' : '試行しています'
  if (!run || run.state === 'waiting') return <Progress label={`${label}（順番を待っています）`} />
  const rows = `${grouped(run.rowsDone)}行`
  return (
    <Section title={label}>
      <Progress
        label={`${label}（${Math.max(1, run.reading)}回目の読み取り、${rows}）`}
        done={Math.min(Math.ceil(run.bytesDone / KIB), Math.ceil(run.bytes / KIB))}
        total={Math.ceil(run.bytes / KIB)}
        unit="KB"
      />
      <p>この画面を離れても、処理は続きます。</p>
    </Section>
  )
}

function Outcome(props: { run: Run; result: Result }): ReactNode {
  const { run, result } = props
  if (run.state !== 'done') {
    return (
      <Banner tone="error" title="取り込みませんでした。データは前のままです。" announce>
        {result.reason}
      </Banner>
    )
  }
  if (isUnchanged(result)) {
    return (
      <Banner tone="information" title="前回の取込から変わったところはありません" announce>
        ファイルの内容は、すべて取込済みです。取り込む必要はありません。
      </Banner>
    )
  }
  if (run.kind === 'check') {
    return (
      <Banner tone="information" title="試行しました。まだ取り込んでいません。" announce>
        下の件数と誤りを確かめてから、取り込んでください。
      </Banner>
    )
  }
  return (
    <Banner tone="success" title="取り込みました" announce>
      取り込んだデータには、手作業で取り込んだ印が付きます。
    </Banner>
  )
}

function Counts(props: { counts: NonNullable<Result['counts']> }): ReactNode {
  const { rows, inserted, updated, deleted, unchanged, refused } = props.counts
  const items = [
    ['読んだ行', rows],
    ['追加', inserted],
    ['変更', updated],
    ['削除', deleted],
    ['変わらない', unchanged],
    ['誤りのため取り込まない行', refused],
  ] as const
  return <DescriptionList items={items.map(([term, count]) => ({ term, value: `${grouped(count)}件` }))} />
}

function Changes(props: { result: Result }): ReactNode {
  const { changes, notes } = props.result
  if (changes.length === 0 && notes.length === 0) return null
  return (
    <details>
      <summary>{`読み替えたところ（${grouped(changes.length + notes.length)}種類）`}</summary>
      <ul>
        {changes.map(({ item, message, count }) => (
          <li key={`${item} ${message}`}>{`${item}：${message}（${grouped(count)}件）`}</li>
        ))}
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  )
}

/** Loaded, but not as they stand: for the clerk to look at before loading. */
function CautionsSection(props: { runId: string; result: Result }): ReactNode {
  const { cautions, cautionCount, changes, findingCount } = props.result
  if (cautionCount === 0) return null
  const dates = changes.filter(({ message }) => message.includes('不詳の日付'))
  const uncertain = dates.reduce((sum, { count }) => sum + count, 0)
  return (
    <Section title={`注意（${grouped(cautionCount)}件）`}>
      {uncertain > 0 && (
        <Banner tone="warning" title={`不詳の日付として取り込むものが${grouped(uncertain)}件あります`}>
          暦にない日付や「頃」の付く日付は、もとの表記のまま、不詳の日付として取り込みます。書き誤りのときは、もとのファイルを直してから取り込んでください。
        </Banner>
      )}
      <p>下の行は、誤りではありません。読み替えて取り込みます。一覧に個人の情報は含みません。</p>
      <DataTable
        caption={cautionCount > cautions.length ? `はじめの${grouped(cautions.length)}件` : '注意'}
        columns={columns}
        rows={cautions}
        rowKey={(row) => `${row.line} ${row.item} ${row.message}`}
        empty={null}
      />
      {findingCount === 0 && (
        <SaveButton
          endpoint={getRunFindings}
          input={{ runId: props.runId }}
          label="誤りと注意のすべてをCSVで保存"
        />
      )}
    </Section>
  )
}

function FindingsSection(props: { runId: string; result: Result }): ReactNode {
  const { findings, findingCount } = props.result
  if (findingCount === 0) return null
  return (
    <Section
      title={`誤り（${grouped(findingCount)}件）`}
      actions={
        <SaveButton
          endpoint={getRunFindings}
          input={{ runId: props.runId }}
          label="誤りと注意のすべてをCSVで保存"
        />
      }
    >
      <p>
        誤りのある行は取り込まず、その人のデータは前のまま残します。もとのファイルを直して、もう一度取り込めます。一覧に個人の情報は含みません。
      </p>
      <DataTable
        caption={findingCount > findings.length ? `はじめの${grouped(findings.length)}件` : '誤り'}
        columns={columns}
        rows={findings}
        rowKey={(row) => `${row.line} ${row.item} ${row.message}`}
        empty={null}
      />
    </Section>
  )
}

function Decide(props: {
  uploadId: string
  plan: Plan
  mode: Mode
  result: Result
  suppressionsKnown: boolean
  onBack: () => void
  onLoad: (runId: string) => void
}): ReactNode {
  const { result } = props
  const [typed, setTyped] = useState<number | null>(null)
  const sending = useSend(startRun, {
    invalidates: [listManualBusinesses],
    onDone: ({ runId }) => props.onLoad(runId),
  })
  const deletions = result.counts?.deleted ?? 0
  const unavailable = !props.suppressionsKnown
    ? '先に支援措置対象者を確認してください（上の案内）。'
    : result.mustConfirmDeletions && typed !== deletions
      ? '削除される件数を入力してください。'
      : null
  return (
    <Section title="取り込む">
      {deletions > 0 && (
        <Banner tone="warning" title={`${grouped(deletions)}件のデータが削除されます`}>
          {`ファイルにない人のデータを削除します（いまあるデータ${grouped(result.before)}件のうち）。一部の人だけのファイルのときは、戻って「追加・変更だけを取り込む」を選んでください。`}
        </Banner>
      )}
      {result.mustConfirmDeletions && (
        <LooseField
          name="deletions"
          label="削除される件数"
          hint="間違いがないことを確かめるため、上の件数を入力してください。"
          kind={deletionsKind}
          value={typed}
          onChange={setTyped}
          required
        />
      )}
      {sending.error !== null && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button onClick={props.onBack}>項目の対応に戻る</Button>
        <Button
          look="solid"
          busy={sending.busy}
          unavailable={unavailable}
          onClick={() =>
            sending.start({
              uploadId: props.uploadId,
              kind: 'apply',
              mode: props.mode,
              plan: props.plan,
              confirmedDeletions: result.mustConfirmDeletions ? typed : null,
            })
          }
        >
          取り込む
        </Button>
      </div>
    </Section>
  )
}
