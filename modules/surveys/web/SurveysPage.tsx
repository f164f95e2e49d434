import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { file, q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { saveFile } from '@open-bcl/ui/save-file.ts'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { importResults } from '../imports.contract.ts'
import { judgeArea, judgePhotos } from '../judgements.contract.ts'
import { addScan } from '../papers.contract.ts'
import { makePlan } from '../plans.contract.ts'
import { confirmSheets, getSpread } from '../sheets.contract.ts'
import { surveyStages, taskStates, type TaskId, type TaskState } from '../surveys.ts'
import { addTask, countTasks, exportTasks, listTasks, mapTasks, searchTasks } from '../tasks.contract.ts'
import { PointMap } from './PointMap.tsx'
import { PrintPapers } from './PrintPapers.tsx'
import { gradeText, stateTones, toneOf, type TaskRow } from './survey-text.ts'

const column = columnsOf<TaskRow>()
const columns = column.columns([
  column.accessor('taskNo', { header: '調査番号', meta: { nowrap: true } }),
  column.accessor('state', {
    header: '状態',
    cell: (cell) => <Badge tone={stateTones[cell.getValue()]}>{labelOf(taskStates, cell.getValue())}</Badge>,
  }),
  column.accessor('stage', { header: '段階', cell: (cell) => labelOf(surveyStages, cell.getValue()) }),
  column.accessor('address', {
    header: '所在地',
    cell: (cell) => cell.getValue() ?? <Badge tone="error">支援措置のため非表示</Badge>,
  }),
  column.accessor('headName', { header: '世帯主', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('teamName', { header: '調査班', cell: (cell) => cell.getValue() ?? '（未割当て）' }),
  column.accessor('grade', { header: '被害の程度', cell: (cell) => gradeText(cell.getValue()) }),
])

type Filter = {
  readonly state?: TaskState
  readonly no?: string
  readonly area?: string
  readonly map?: string
  readonly after?: string
}
/** What somebody is looked for by; in no address line, since it is somebody's. */
type Words = { readonly name: string; readonly address: string }

/** 被害認定調査: which houses wait, who is at work, what is to be decided. */
export function SurveysPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const can = useCan()
  const links = [
    ['/surveys/new', '調査対象を加える', addTask],
    ['/surveys/plans', '計画・班・割当て', makePlan],
    ['/surveys/photos', '自己判定（写真）', judgePhotos],
    ['/surveys/areas', '区域の一括判定', judgeArea],
    ['/surveys/scans', '紙の調査票の読取り', addScan],
    ['/surveys/import', '他の調査結果の取込', importResults],
    ['/surveys/spread', 'ばらつき', getSpread],
  ] as const
  return (
    <Page
      title="被害認定調査"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '被害認定調査' }]}
      lead="調査の対象を班に割り当て、調査票と写真から被害の程度を確定します。"
      actions={
        disasterId !== null &&
        links
          .filter(([, , endpoint]) => can(endpoint).allowed)
          .map(([to, label]) => (
            <Link key={to} to={to} className="button">
              {label}
            </Link>
          ))
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <Tasks disasterId={disasterId} />}
    </Page>
  )
}

const Short = textWith({ width: 'middle', maxLength: 60, type: 'search' })

function Tasks(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const navigate = useNavigate()
  const can = useCan()
  const { state, no, area, map, after } = useSearch({ strict: false }) as Filter
  const [typedNo, setTypedNo] = useState(no ?? '')
  const [typedArea, setTypedArea] = useState(area ?? '')
  const [typed, setTyped] = useState<Words>({ name: '', address: '' })
  const [words, setWords] = useState<Words | null>(null)
  const [saveError, setSaveError] = useState<unknown>(null)
  const filter = {
    disasterId,
    ...(state === undefined ? {} : { states: [state] }),
    ...(no === undefined ? {} : { taskNo: no }),
    ...(area === undefined ? {} : { areaName: area }),
  }
  const { data, error, refetch } = useQuery({
    ...q(listTasks, { ...filter, after: after ?? null }),
    enabled: map === undefined,
  })
  const kept = {
    ...(state === undefined ? {} : { state }),
    ...(no === undefined ? {} : { no }),
    ...(area === undefined ? {} : { area }),
  }
  const go = (next: Filter) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ disaster: before['disaster'], ...next }) as never,
    })
  const next = data?.next ?? null
  return (
    <>
      <StateLinks disasterId={disasterId} selected={state} />
      <form
        role="search"
        aria-label="調査対象を探す"
        className="button-row"
        style={{ alignItems: 'end' }}
        onSubmit={(event) => {
          event.preventDefault()
          const [number, place] = [typedNo.normalize('NFKC').trim(), typedArea.trim()]
          const wanted = { name: typed.name.trim(), address: typed.address.trim() }
          setWords(wanted.name === '' && wanted.address === '' ? null : wanted)
          go({
            ...(state === undefined ? {} : { state }),
            ...(number === '' ? {} : { no: number }),
            ...(place === '' ? {} : { area: place }),
            ...(map === undefined ? {} : { map }),
          })
        }}
      >
        <LooseField
          name="no"
          label="調査番号"
          kind={Short}
          value={typedNo}
          onChange={setTypedNo}
          hint="例：12"
        />
        <LooseField
          name="area"
          label="町字"
          kind={Short}
          value={typedArea}
          onChange={setTypedArea}
          hint="例：古川町壱之町"
        />
        <LooseField
          name="name"
          label="氏名"
          kind={Short}
          value={typed.name}
          onChange={(name) => setTyped({ ...typed, name })}
          hint="世帯主か申請者"
        />
        <LooseField
          name="address"
          label="所在地"
          kind={Short}
          value={typed.address}
          onChange={(address) => setTyped({ ...typed, address })}
          hint="例：壱之町9"
        />
        <Button type="submit">検索</Button>
        <Button onClick={() => go(map === undefined ? { ...kept, map: '1' } : kept)}>
          {map === undefined ? '地図で見る' : '一覧で見る'}
        </Button>
        {can(exportTasks).allowed && (
          <Button
            onClick={() => {
              setSaveError(null)
              file(exportTasks, filter).then(saveFile, setSaveError)
            }}
          >
            CSVに書き出す
          </Button>
        )}
      </form>
      {saveError !== null && <ErrorSummary error={saveError} />}
      {words !== null ? (
        <Found
          disasterId={disasterId}
          words={words}
          onEnd={() => {
            setWords(null)
            setTyped({ name: '', address: '' })
          }}
        />
      ) : map !== undefined ? (
        <TaskMap filter={filter} />
      ) : (
        <>
          {state === 'recorded' && data && <ConfirmAll disasterId={disasterId} rows={data.tasks} />}
          {data && (
            <PrintPapers
              key={data.tasks.map((one) => one.taskId).join()}
              disasterId={disasterId}
              taskIds={data.tasks.map((one) => one.taskId as TaskId)}
              first={{ hazard: 'earthquake', stage: 'first' }}
            />
          )}
          <DataTable
            caption={
              state === undefined ? '調査対象（依頼の順）' : `${labelOf(taskStates, state)}（依頼の順）`
            }
            columns={columns}
            rows={data?.tasks}
            rowKey={(row) => row.taskId}
            rowLink={(row) => ({ to: '/surveys/tasks/$taskId', params: { taskId: row.taskId } })}
            error={error ?? undefined}
            onRetry={() => void refetch()}
            empty={<p>条件に合う調査対象はありません。</p>}
            paging={{
              onFirst: after === undefined ? undefined : () => go(kept),
              onNext: next === null ? undefined : () => go({ ...kept, after: next }),
            }}
          />
        </>
      )}
    </>
  )
}

function Found(props: { disasterId: string; words: Words; onEnd: () => void }): ReactNode {
  const { disasterId, words } = props
  const { data, error, refetch } = useQuery(q(searchTasks, { disasterId, ...words }))
  return (
    <>
      <p className="button-row" role="status">
        {data && `${data.more ? '50件を超えます。先頭の' : ''}${data.tasks.length}件が見つかりました`}
        <Button size="small" onClick={props.onEnd}>
          検索をやめて一覧に戻る
        </Button>
      </p>
      <DataTable
        caption="氏名・所在地で探した調査対象（すべての状態）"
        columns={columns}
        rows={data?.tasks}
        rowKey={(row) => row.taskId}
        rowLink={(row) => ({ to: '/surveys/tasks/$taskId', params: { taskId: row.taskId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>見つかりません。別の書き方や、氏名だけでも探してください。</p>}
      />
      {words.address !== '' && (
        <p className="quiet">支援措置の対象者に関わる調査対象は、所在地では見つかりません。</p>
      )}
    </>
  )
}

function StateLinks(props: { disasterId: string; selected: TaskState | undefined }): ReactNode {
  const { data, error } = useQuery(q(countTasks, { disasterId: props.disasterId }))
  if (error) return <ErrorSummary error={error} />
  const all = data?.counts.reduce((sum, one) => sum + one.count, 0) ?? 0
  const link = (state: TaskState | undefined, label: string, count: number) => (
    <li key={label}>
      <Link
        to="/surveys"
        search={(state === undefined ? {} : { state }) as never}
        className="button"
        data-size="small"
        data-look={props.selected === state ? 'solid' : 'outline'}
        aria-current={props.selected === state ? 'true' : undefined}
        activeOptions={{ includeSearch: true, exact: true }}
      >
        {label}　{data ? `${grouped(count)}件` : '…'}
      </Link>
    </li>
  )
  return (
    <nav aria-label="状態で絞り込む">
      <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
        {link(undefined, 'すべて', all)}
        {taskStates.map(({ value, label }) =>
          link(value, label, data?.counts.find((one) => one.state === value)?.count ?? 0),
        )}
      </ul>
    </nav>
  )
}

const leftWords = {
  moved: '状態が変わりました',
  several: '調査票が複数あります',
  'no-grade': '被害の程度が決まりません',
} as const

function ConfirmAll(props: { disasterId: string; rows: readonly TaskRow[] }): ReactNode {
  const can = useCan()
  const sending = useSend(confirmSheets, {
    invalidates: [listTasks, countTasks],
    onDone: (done) => setDone(done),
  })
  const [done, setDone] = useState<{
    confirmed: number
    left: readonly { taskNo: string; why: keyof typeof leftWords }[]
  } | null>(null)
  if (!can(confirmSheets).allowed || (props.rows.length === 0 && done === null)) return null
  return (
    <>
      {props.rows.length > 0 && (
        <Button
          look="solid"
          busy={sending.busy}
          onClick={() =>
            sending.start({
              disasterId: props.disasterId,
              tasks: props.rows.map(({ taskId, version }) => ({ taskId, version })),
            })
          }
        >
          {`この画面の${props.rows.length}件を確定する`}
        </Button>
      )}
      {sending.error && <ErrorSummary error={sending.error} />}
      {done && (
        <Banner
          tone={done.left.length > 0 ? 'warning' : 'success'}
          title={`${done.confirmed}件を確定しました`}
          announce
        >
          {done.left.length > 0 && (
            <ul>
              {done.left.map((one) => (
                <li key={one.taskNo}>{`${one.taskNo}：${leftWords[one.why]}`}</li>
              ))}
            </ul>
          )}
        </Banner>
      )}
    </>
  )
}

function TaskMap(props: { filter: { disasterId: string } }): ReactNode {
  const navigate = useNavigate()
  const { data, error } = useQuery(q(mapTasks, props.filter))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <p>読み込んでいます…</p>
  return (
    <>
      {data.more && (
        <Banner tone="information" title="先頭の5,000件を表示しています。町字や状態で絞り込んでください。" />
      )}
      <PointMap
        points={data.points.map((one) => ({
          id: one.taskId,
          label: `${one.taskNo}　${labelOf(taskStates, one.state)}`,
          latitude: one.latitude,
          longitude: one.longitude,
          tone: toneOf(one.state),
        }))}
        onPoint={(taskId) =>
          void navigate({ to: '/surveys/tasks/$taskId' as never, params: { taskId } as never })
        }
      />
      <p className="quiet">
        位置の分からない住家と、支援措置の対象の住家は、地図に表示されません。一覧で確かめてください。
      </p>
    </>
  )
}
