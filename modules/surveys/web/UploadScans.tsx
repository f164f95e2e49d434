import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState, type ReactNode } from 'react'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { asProblem } from '@open-bcl/ui/api-problem.ts'
import { call, send } from '@open-bcl/ui/api.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { sidesOf } from '@open-bcl/ui/scan-sides.ts'
import { useSession } from '@open-bcl/ui/session.tsx'
import type { FoundPaper } from '../paper/reading.ts'
import { addScan, listScans } from '../papers.contract.ts'
import { sheetLabel } from '../rules/sheets.ts'
import type { SheetId, TaskId } from '../surveys.ts'
import { getTask } from '../tasks.contract.ts'
import { paperOn } from './read-paper.ts'
import { pictureToSend } from './send-photo.ts'

type Outcome =
  | { readonly kind: 'refused'; readonly name: string; readonly why: string }
  | {
      readonly kind: 'kept'
      readonly name: string
      readonly taskId: string
      readonly taskNo: string
      readonly sheetId: string
      readonly paper: string
      readonly suppressed: boolean
    }

/** A feeder gives many papers at one go. */
const MOST_SIDES = 60

const refusals: Readonly<Record<Exclude<FoundPaper['kind'], 'paper'>, string>> = {
  nothing:
    '調査票のコードが見つかりません。この仕組みで印刷した調査票か、向きや欠け、ピントを確かめて、300dpiで読み直してください。',
  several: '1枚の画像に複数の調査票が写っています。1枚ずつ読み取ってください。',
  newer: 'この版の調査票は、まだ読めません。画面を再読み込みして、もう一度試してください。',
}

export function UploadScans(): ReactNode {
  const session = useSession()
  const queries = useQueryClient()
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([])
  const [doing, setDoing] = useState<string | null>(null)
  const running = useRef(false)

  const keep = async (name: string, side: HTMLCanvasElement, file: File | null): Promise<Outcome> => {
    const found = await paperOn(side)
    if (found.kind !== 'paper') return { kind: 'refused', name, why: refusals[found.kind] }
    const { municipality, taskId, sheetId, kind, page, pages } = found.code
    if (municipality !== session.municipality.code)
      return { kind: 'refused', name, why: 'ほかの団体の調査票です。届いた先を確かめてください。' }
    try {
      const task = await call(getTask, { taskId })
      await send(addScan, {
        ...{ taskId: taskId as TaskId, scanId: uuidv7(), sheetId: sheetId as SheetId, ...kind, page, pages },
        picture: await pictureToSend(file ?? (await jpegOf(side))),
        fileName: name,
      })
      const paper = `${sheetLabel(kind)}　${page}／${pages}ページ`
      const { taskNo, suppressed } = task
      return { kind: 'kept', name, taskId, taskNo, sheetId, paper, suppressed }
    } catch (error) {
      const { title, detail } = asProblem(error)
      return { kind: 'refused', name, why: [title, detail].filter(Boolean).join('。') }
    }
  }

  const take = async (files: readonly File[]): Promise<void> => {
    if (running.current) return
    running.current = true
    setOutcomes([])
    try {
      for (const [i, file] of files.entries()) {
        setDoing(`${files.length}件のうち${i + 1}件目を読み取っています…`)
        const sides = await sidesOf(file, MOST_SIDES)
        if (sides.length === 0) {
          const why =
            '開けません。JPEG・PNG・PDFの画像を選んでください。壊れているか、別の形式のファイルです。'
          setOutcomes((before) => [...before, { kind: 'refused', name: file.name, why }])
        }
        // A picture is kept as it came; a page of a PDF as it was drawn.
        const isPicture = /^image\/(jpeg|png|webp)$/.test(file.type)
        for (const [at, side] of sides.entries()) {
          const name = sides.length > 1 ? `${file.name}（${at + 1}ページ目）` : file.name
          const outcome = await keep(name, side, isPicture ? file : null)
          setOutcomes((before) => [...before, outcome])
        }
      }
    } finally {
      running.current = false
      setDoing(null)
      await queries.invalidateQueries({ queryKey: [listScans.name] })
    }
  }

  return (
    <Allowed to={addScan}>
      <Section title="画像を選ぶ">
        <label className="field">
          <span className="field-label">スキャンした調査票（JPEG・PNG・PDF、1つ15MBまで）</span>
          <input
            type="file"
            accept="image/jpeg,image/png,image/webp,application/pdf"
            multiple
            disabled={doing !== null}
            onChange={(event) => {
              const files = [...(event.target.files ?? [])]
              event.target.value = ''
              void take(files)
            }}
          />
        </label>
        <p role="status">{doing ?? (outcomes.length > 0 ? `${outcomes.length}枚を読み取りました` : '')}</p>
      </Section>
      {outcomes.length > 0 && (
        <Section title="読み取りの結果">
          <ul>
            {outcomes.map((one, i) => (
              <li key={i}>
                {one.kind === 'refused' ? (
                  <>
                    <Badge tone="error">読み取れません</Badge> {`${one.name}：${one.why}`}
                  </>
                ) : (
                  <>
                    <Badge tone="success">保存しました</Badge> {`${one.taskNo}　${one.paper}　`}
                    {one.suppressed ? (
                      <span>
                        支援措置の対象者に関わる調査のため、画像は表示されません。紙を見て、調査対象の画面から入力してください。
                      </span>
                    ) : (
                      <Link
                        to={'/surveys/scans' as never}
                        search={{ task: one.taskId, paper: one.sheetId } as never}
                        className="button"
                        data-size="small"
                        aria-label={`${one.taskNo}の調査票を確かめて登録する`}
                      >
                        確かめて登録する
                      </Link>
                    )}
                  </>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Allowed>
  )
}

async function jpegOf(side: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => side.toBlob(resolve, 'image/jpeg', 0.85))
  if (blob === null) throw new Error('the page could not be drawn')
  return blob
}
