import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState, type ReactNode } from 'react'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { saveFile } from '@open-bcl/ui/save-file.ts'
import { useCan, useSession } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  listStageTests,
  listStoreTests,
  planStoreTest,
  reportStageTest,
  runStageTest,
} from '../../stages.contract.ts'
import { instantOf } from './console-text.ts'
import { IdText, kindText, useTownKind, useTownNames } from './registry-kinds.tsx'

type Test = OutputOf<typeof listStageTests>['tests'][number]
type StoreTest = OutputOf<typeof listStoreTests>['tests'][number]

const column = columnsOf<Test>()

/** 工程2・工程3 and 実店舗試験: run in the test environment, taken over in production. */
export function StagesPage(): ReactNode {
  const { demonstration: test } = useSession()
  const can = useCan()
  const names = useTownNames()
  const { data, error, refetch } = useQuery(q(listStageTests, {}))
  const columns = column.columns([
    column.accessor('municipalityCode', {
      header: '市区町村',
      meta: { nowrap: true },
      cell: (cell) => names.get(cell.getValue()) ?? cell.getValue(),
    }),
    column.accessor('kind', { header: '証明書', cell: (cell) => kindText(cell.getValue()) }),
    column.accessor('stage', {
      header: '工程',
      meta: { nowrap: true },
      cell: (cell) => `工程${cell.getValue()}`,
    }),
    column.accessor('passed', {
      header: '結果',
      meta: { nowrap: true },
      cell: (cell) =>
        cell.getValue() ? <Badge tone="success">合格</Badge> : <Badge tone="error">不合格</Badge>,
    }),
    column.accessor('ranAt', {
      header: 'いつ',
      meta: { nowrap: true },
      cell: (cell) => instantText(cell.getValue()),
    }),
    column.accessor('ranBy', { header: '誰が' }),
    column.accessor('endpoint', { header: '証明発行サーバ' }),
    column.display({
      id: 'steps',
      header: '内容',
      cell: ({ row: { original } }) => (
        <>
          <Steps test={original} />
          <SaveResult test={original} />
        </>
      ),
    }),
  ])
  return (
    <Page
      title="接続試験（工程2・3）"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '接続試験（工程2・3）' }]}
      lead={
        test
          ? '工程2は証明発行サーバとの電文、工程3はセンターによる代行印刷までを、架空の人のカードで確かめます。合格したら、結果のファイルを本番に登録します。'
          : '試験環境で合格した結果を登録します。工程2と工程3の両方に合格した経路だけを、本番に登録できます。'
      }
      actions={
        test &&
        can(runStageTest).allowed && (
          <Link to={'/stages/run' as string} className="button">
            試験を行う
          </Link>
        )
      }
    >
      {!test && can(reportStageTest).allowed && (
        <Section title="試験環境の結果を登録する">
          <Report />
        </Section>
      )}
      <DataTable
        caption="接続試験の記録（新しい順）"
        columns={columns}
        rows={data?.tests}
        rowKey={(row) => row.stageTestId}
        empty="まだ記録がありません。"
        error={error}
        onRetry={() => void refetch()}
      />
      <StoreTests />
    </Page>
  )
}

const messageNames: Readonly<Record<string, string>> = {
  heartbeat: '応答の確認',
  getServiceMenu: '取扱証明書の確認',
  authenticateCard: 'カードの照会',
  listSubjects: '内容の一覧',
  listChoices: '選択肢の一覧',
  quoteIssue: '料金',
  buildIssue: '作成',
  deliverIssue: '送付',
  confirmPaid: '入金の通知',
  confirmPrinted: '印刷済みの通知',
  abortIssue: '中止の通知',
}

/** Every message with its answer; what was not passed stands last. */
export function Steps({ test }: { test: Test }): ReactNode {
  return (
    <details>
      <summary>{`${test.steps.length}段階`}</summary>
      <ol className="plain-list">
        {test.steps.map(({ message, answer, milliseconds }, index) => (
          <li key={index}>
            {`${messageNames[message] ?? message}：${answer}`}
            {milliseconds > 0 && `（${milliseconds}ミリ秒）`}
          </li>
        ))}
      </ol>
      {test.note !== '' && <p>{test.note}</p>}
    </details>
  )
}

/** What an operator carries from the test environment to production. */
export function SaveResult({ test }: { test: Test }): ReactNode {
  const { demonstration } = useSession()
  if (!demonstration || !test.passed) return null
  return (
    <Button
      size="small"
      label={`${kindText(test.kind)} 工程${test.stage}：結果のファイルを保存する`}
      onClick={() =>
        saveFile({
          blob: new Blob([JSON.stringify(test, null, 1)], { type: 'application/json' }),
          fileName: `工程${test.stage}_${test.municipalityCode}_${test.kind}.json`,
        })
      }
    >
      結果のファイルを保存する
    </Button>
  )
}

type Reportable = Parameters<ReturnType<typeof useSend<typeof reportStageTest>>['start']>[0]

/** A file of the test environment, shown before it is taken over. */
function Report(): ReactNode {
  const names = useTownNames()
  const chooser = useRef<HTMLInputElement>(null)
  const [read, setRead] = useState<Reportable | 'unreadable' | null>(null)
  const [done, setDone] = useState(false)
  const sending = useSend(reportStageTest, {
    invalidates: [listStageTests],
    onDone: () => {
      setRead(null)
      setDone(true)
      if (chooser.current) chooser.current.value = ''
    },
  })
  async function open(file: File | undefined): Promise<void> {
    setDone(false)
    if (file === undefined) return setRead(null)
    const parsed = reportStageTest.input.safeParse(
      await file
        .text()
        .then(JSON.parse)
        .catch(() => null),
    )
    setRead(parsed.success ? parsed.data : 'unreadable')
  }
  return (
    <div className="form-body">
      <label className="field">
        <span className="field-label">結果のファイル</span>
        <span className="field-hint">試験環境の「結果のファイルを保存する」で保存したもの</span>
        <input
          ref={chooser}
          type="file"
          accept="application/json,.json"
          onChange={(event) => void open(event.target.files?.[0])}
        />
      </label>
      {read === 'unreadable' && (
        <Banner tone="error" title="合格した結果のファイルではありません" announce>
          試験環境で保存したファイルを、そのまま選んでください。
        </Banner>
      )}
      {read !== null && read !== 'unreadable' && (
        <>
          <p>
            {`${names.get(read.municipalityCode) ?? read.municipalityCode} ${kindText(read.kind)} 工程${read.stage} 合格（${instantText(read.ranAt)} ${read.ranBy}）、${read.endpoint}`}
          </p>
          <div className="button-row">
            <Button look="solid" busy={sending.busy} onClick={() => sending.start(read)}>
              この結果を登録する
            </Button>
          </div>
        </>
      )}
      {done && <Banner tone="success" title="結果を登録しました" announce />}
      {sending.error && <ErrorSummary error={sending.error} />}
    </div>
  )
}

const storeColumn = columnsOf<StoreTest>()

/** 実店舗試験: copies taken in this time are tests, settled like real ones. */
function StoreTests(): ReactNode {
  const names = useTownNames()
  const { data, error } = useQuery(q(listStoreTests, {}))
  const columns = storeColumn.columns([
    storeColumn.accessor('municipalityCode', {
      header: '市区町村',
      cell: (cell) => names.get(cell.getValue()) ?? cell.getValue(),
    }),
    storeColumn.accessor('storeId', { header: '設置場所' }),
    storeColumn.display({
      id: 'time',
      header: '時間',
      cell: ({ row: { original } }) =>
        `${instantText(original.fromAt)} から ${instantText(original.untilAt)}`,
    }),
    storeColumn.accessor('note', { header: 'メモ', meta: { wide: true } }),
    storeColumn.accessor('plannedBy', { header: '登録した人' }),
  ])
  return (
    <Section title="実店舗試験" actions={<PlanStoreTest />}>
      <DataTable
        caption="実店舗試験（この間の証明書は試験として数え、精算は本番と同じ）"
        columns={columns}
        rows={data?.tests}
        rowKey={(row) => row.storeTestId}
        empty="予定がありません。"
        error={error}
      />
    </Section>
  )
}

const Clock = textWith({ width: 'narrow', maxLength: 5, hint: '例：10:00' })

function PlanStoreTest(): ReactNode {
  const towns = useTownKind()
  const [town, setTown] = useState<string | null>(null)
  const [storeId, setStoreId] = useState('')
  const [day, setDay] = useState<PlainDate | null>(null)
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [note, setNote] = useState('')
  return (
    <AskButton
      endpoint={planStoreTest}
      input={{
        ...{ municipalityCode: (town ?? '') as MunicipalityCode, storeId: storeId.trim(), note },
        ...{ fromAt: instantOf(day, from) ?? '', untilAt: instantOf(day, until) ?? '' },
      }}
      invalidates={[listStoreTests]}
      label="実店舗試験を予定する"
      question="実店舗試験の予定"
      confirm="予定する"
    >
      <LooseField name="town" label="市区町村" kind={towns} value={town} onChange={setTown} required />
      <LooseField
        name="storeId"
        label="設置場所ID"
        kind={IdText}
        value={storeId}
        onChange={setStoreId}
        required
      />
      <LooseField name="day" label="日" kind={WarekiDate} value={day} onChange={setDay} required />
      <LooseField name="from" label="開始の時刻" kind={Clock} value={from} onChange={setFrom} required />
      <LooseField name="until" label="終了の時刻" kind={Clock} value={until} onChange={setUntil} required />
      <LooseField name="note" label="メモ" kind={TextArea} value={note} onChange={setNote} required />
    </AskButton>
  )
}
