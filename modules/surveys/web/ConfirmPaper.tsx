import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { file, q } from '@open-bcl/ui/api.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { pictureOf, sidesOf } from '@open-bcl/ui/scan-sides.ts'
import type { GuidelineCode } from '../../disasters/disasters.ts'
import { draftOf, type PaperDraft } from '../paper/draft.ts'
import { paperPages, placesDigest, type PaperPage } from '../paper/paper.ts'
import { readPage, type OnPaper } from '../paper/reading.ts'
import { getScan, listScans } from '../papers.contract.ts'
import { rulesOf } from '../rules/guidelines.ts'
import type { SheetKind } from '../rules/rules.ts'
import { inputsOf, sheetDefinition, sheetLabel } from '../rules/sheets.ts'
import type { SheetId } from '../surveys.ts'
import { getTask } from '../tasks.contract.ts'
import { paperOn, stripOf } from './read-paper.ts'
import { SheetForm } from './SheetPage.tsx'
import type { TaskView } from './survey-text.ts'

type Scan = OutputOf<typeof listScans>['scans'][number]
/** A page that was fetched; `onPaper` null = its boxes are not looked for, and why. */
type Side = {
  readonly page: number
  readonly canvas: HTMLCanvasElement
  readonly shown: string
  readonly onPaper: OnPaper | null
  readonly why: string
}

/** What was read of a paper beside its picture, for a person to put right and record. */
export function ConfirmPaper(props: { taskId: string; sheetId: string }): ReactNode {
  const { taskId, sheetId } = props
  const task = useQuery(q(getTask, { taskId }))
  const scans = useQuery(q(listScans, { taskId }))
  const error = task.error ?? scans.error
  if (error) return <ErrorSummary error={error} />
  if (!task.data || !scans.data) return <Progress label="読み込んでいます" />
  const own = scans.data.scans.filter((one) => one.sheetId === sheetId)
  if (own.length === 0)
    return (
      <Banner tone="warning" title="この調査票の画像は見つかりません">
        支援措置の対象者に関わる調査では、画像は表示されません。紙を見て、調査対象の画面から入力してください。
      </Banner>
    )
  if (own[0]!.recorded)
    return (
      <Banner tone="information" title="この紙の調査票は登録済みです">
        直すときは、
        <Link to={'/surveys/tasks/$taskId' as never} params={{ taskId } as never}>
          調査対象の画面
        </Link>
        の「訂正する」を使ってください。
      </Banner>
    )
  return <Reading task={task.data} scans={own} sheetId={sheetId as SheetId} />
}

/** Of a page that was scanned twice the newest. */
function newestOf(scans: readonly Scan[]): Scan[] {
  const byPage = new Map(scans.toReversed().map((scan) => [scan.page, scan]))
  return [...byPage.values()].toSorted((a, b) => a.page - b.page)
}

function Reading(props: { task: TaskView; scans: readonly Scan[]; sheetId: SheetId }): ReactNode {
  const { task, sheetId } = props
  const [first] = props.scans
  const { hazard, structure, stage, pages } = first!
  const kind = useMemo<SheetKind>(() => ({ hazard, structure, stage }), [hazard, structure, stage])
  const rules = useMemo(
    () => rulesOf(task.guidelineCode as GuidelineCode, task.occurredOn as PlainDate),
    [task.guidelineCode, task.occurredOn],
  )
  const places = useMemo(() => paperPages(rules, kind), [rules, kind])
  const scans = newestOf(props.scans)
  const { data: sides, error } = useQuery({
    queryKey: ['survey-paper', scans.map((scan) => scan.scanId)],
    queryFn: () => Promise.all(scans.map((scan) => sideOf(scan, places))),
    staleTime: Infinity,
    // Pictures are large: they go with the page.
    gcTime: 0,
  })
  const draft = useMemo(
    () => (sides ? readAll(sides, places, rules, kind) : null),
    [sides, places, rules, kind],
  )
  if (error) return <ErrorSummary error={error} />
  if (!sides || draft === null) return <Progress label="調査票を読み取っています" />
  const missing = Array.from({ length: pages }, (_, i) => i + 1).filter(
    (page) => !sides.some((side) => side.page === page),
  )
  const beside = (key: string): ReactNode => <Beside inputKey={key} {...{ sides, places, draft }} />
  return (
    <>
      <p>{`${task.taskNo}　${task.address}　${task.headName}　${sheetLabel(kind)}`}</p>
      {missing.length > 0 && (
        <Banner tone="warning" title={`${missing.join('・')}ページ目がまだありません（全${pages}ページ）`}>
          残りの紙も読み取ってから登録すると、入力の手間が減ります。
        </Banner>
      )}
      {sides
        .filter(({ why }) => why !== '')
        .map(({ page, why }) => (
          <Banner key={page} tone="warning" title={`${page}ページ目の印は読み取れません`}>
            {why}
          </Banner>
        ))}
      <div
        style={{
          display: 'grid',
          gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 26rem), 1fr))',
          gap: '1.5rem',
          alignItems: 'start',
        }}
      >
        <div>
          {sides.map(({ page, shown }) => (
            <a key={page} href={shown} target="_blank" rel="noreferrer">
              <img
                src={shown}
                alt={`紙の調査票${page}ページ目`}
                style={{ width: '100%', border: '1px solid #767676' }}
              />
            </a>
          ))}
        </div>
        <div>
          <SheetForm task={task} before={null} paper={{ sheetId, kind, answers: draft.answers, beside }} />
        </div>
      </div>
    </>
  )
}

async function sideOf(scan: Scan, places: readonly PaperPage[]): Promise<Side> {
  const { blob } = await file(getScan, { scanId: scan.scanId })
  const [canvas] = await sidesOf(new File([blob], 'scan', { type: blob.type }), 1)
  if (!canvas) throw new Error('the picture that was kept cannot be opened')
  const shown = URL.createObjectURL(blob)
  const found = await paperOn(canvas)
  const side = { page: scan.page, canvas, shown }
  const unread = (why: string): Side => ({ ...side, onPaper: null, why })
  if (found.kind !== 'paper' || found.onPaper === null)
    return unread('四隅のコードがそろっていません。画像を見ながら入力するか、読み取り直してください。')
  if (found.code.places !== placesDigest(places))
    return unread('印刷した後に、基準の版か様式が変わりました。画像を見ながら入力してください。')
  const read = readPage(pictureOf(canvas), places[scan.page - 1]!, found.onPaper)
  if (read.kind === 'shifted')
    return unread(
      '紙のゆがみが大きく、枠が合いません。平らにして読み取り直すか、画像を見ながら入力してください。',
    )
  return { ...side, onPaper: found.onPaper, why: '' }
}

function readAll(
  sides: readonly Side[],
  places: readonly PaperPage[],
  rules: ReturnType<typeof rulesOf>,
  kind: SheetKind,
): PaperDraft {
  const boxes = sides.flatMap(({ page, canvas, onPaper }) => {
    const read = onPaper && readPage(pictureOf(canvas), places[page - 1]!, onPaper)
    return read?.kind === 'read' ? read.boxes : []
  })
  return draftOf(inputsOf(sheetDefinition(rules, kind)), boxes)
}

/** The strip of the paper on which an input was answered, and what to look at. */
function Beside(props: {
  inputKey: string
  sides: readonly Side[]
  places: readonly PaperPage[]
  draft: PaperDraft
}): ReactNode {
  const { inputKey, sides, places, draft } = props
  const strips = useMemo(
    () =>
      sides.flatMap(({ page, canvas, onPaper }) => {
        const boxes = places[page - 1]!.boxes.filter(({ key }) => key === inputKey)
        return onPaper === null || boxes.length === 0 ? [] : [stripOf(canvas, boxes, onPaper)]
      }),
    [inputKey, sides, places],
  )
  const unclear = draft.unclear.has(inputKey)
  const written = inputKey === '' ? draft.words.size > 0 : draft.written.has(inputKey)
  if (strips.length === 0) return null
  return (
    <div>
      {unclear && <Badge tone="error">印が読めません。紙を見て選んでください</Badge>}
      {written && <Badge tone="warning">手書きがあります。紙を見て入力してください</Badge>}
      {strips.map((strip, i) => (
        <img key={i} src={strip} alt="紙の記入欄" style={{ display: 'block', maxWidth: '100%' }} />
      ))}
    </div>
  )
}
