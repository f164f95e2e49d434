import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import type { GuidelineCode } from '../../disasters/disasters.ts'
import { rulesOf } from '../rules/guidelines.ts'
import type { Sheet } from '../rules/rules.ts'
import { score } from '../rules/score.ts'
import { sheetLabel } from '../rules/sheets.ts'
import { confirmSheet, listSheets, recordSheet } from '../sheets.contract.ts'
import { canDo, type SheetId, type TaskId } from '../surveys.ts'
import { countTasks, getTask, listTasks } from '../tasks.contract.ts'
import { ScoreView } from './ScoreView.tsx'
import type { SheetView, TaskView } from './survey-text.ts'

/** Every sheet of the house side by side, the newest version of each first; a person decides which rules. */
export function SheetsSection(props: { task: TaskView }): ReactNode {
  const { task } = props
  const { data, error } = useQuery(q(listSheets, { taskId: task.taskId as TaskId }))
  return (
    <Section title={`調査票${data && data.sheets.length > 1 ? `（${data.sheets.length}つ）` : ''}`}>
      {error && <ErrorSummary error={error} />}
      {data?.sheets.length === 0 && <p>まだ調査票はありません。</p>}
      <div
        style={{
          display: 'grid',
          gridTemplateColumns: 'repeat(auto-fit, minmax(20rem, 1fr))',
          gap: '1.5rem',
        }}
      >
        {data?.sheets.map(({ sheetId, versions }) => (
          <SheetCard key={sheetId} task={task} versions={versions} several={data.sheets.length > 1} />
        ))}
      </div>
    </Section>
  )
}

function SheetCard(props: { task: TaskView; versions: readonly SheetView[]; several: boolean }): ReactNode {
  const { task, versions, several } = props
  const can = useCan()
  const [reason, setReason] = useState('')
  const newest = versions[0]!
  const result = score(
    rulesOf(newest.guidelineCode as GuidelineCode, task.occurredOn as PlainDate),
    newest.sheet as Sheet,
  )
  const chosen = task.results[0]
  const rules = chosen?.sheetId === newest.sheetId && chosen.sheetNo === newest.sheetNo
  const taskId = task.taskId as TaskId
  return (
    <article style={{ border: '1px solid #767676', borderRadius: '0.5rem', padding: '1rem' }}>
      <h3>{sheetLabel(newest.sheet)}</h3>
      {rules && task.state === 'done' && <Badge tone="success">これが結果です</Badge>}
      {newest.notes.includes('clock') && (
        <Badge tone="warning">{`端末の時計が${Math.round(Math.abs(newest.clockOffS) / 60)}分ずれています`}</Badge>
      )}
      {newest.notes.includes('far') && (
        <Badge tone="warning">{`住家から約${newest.distanceM}m離れて記入されています`}</Badge>
      )}
      <ScoreView result={result} />
      <p>
        調査日：
        <WarekiDate.Output value={newest.surveyedOn as PlainDate} />
        {'　'}調査員：{newest.surveyors.join('、')}
        {newest.witness !== '' && `　立会者：${newest.witness}`}
      </p>
      <p className="quiet">
        {`${newest.recordedBy}が記入（${instantText(newest.recordedAt)}）${newest.fromDevice ? `、届いた日時 ${instantText(newest.receivedAt)}` : ''}`}
        {newest.sheetNo > 1 && `　訂正${newest.sheetNo - 1}回`}
      </p>
      {newest.note !== '' && <p style={{ whiteSpace: 'pre-line' }}>{newest.note}</p>}
      <div className="button-row">
        {canDo('confirm', task.state) && result.kind === 'graded' && (
          <AskButton
            endpoint={confirmSheet}
            input={{
              taskId,
              version: task.version,
              sheetId: newest.sheetId as SheetId,
              sheetNo: newest.sheetNo,
              reason,
            }}
            invalidates={[getTask, listSheets, listTasks, countTasks]}
            label={several ? 'この調査票を結果とする' : '結果を確定する'}
            of={sheetLabel(newest.sheet)}
            question="この調査票を調査結果としますか"
            confirm="確定する"
          >
            {several && <p>ほかの調査票も記録に残ります。選んだ理由を書いてください。</p>}
            <LooseField name="reason" label="理由" kind={TextArea} value={reason} onChange={setReason} />
          </AskButton>
        )}
        {can(recordSheet).allowed && task.state !== 'cancelled' && (
          <Link
            to={'/surveys/tasks/$taskId/sheet' as never}
            params={{ taskId } as never}
            search={{ sheet: newest.sheetId } as never}
            className="button"
            data-size="small"
          >
            訂正する
          </Link>
        )}
      </div>
      {versions.length > 1 && (
        <details>
          <summary>前の記入（{versions.length - 1}）</summary>
          {versions.slice(1).map((one) => (
            <div key={one.sheetNo}>
              <p className="quiet">{`${one.recordedBy}　${instantText(one.recordedAt)}`}</p>
              <ScoreView
                result={score(
                  rulesOf(one.guidelineCode as GuidelineCode, task.occurredOn as PlainDate),
                  one.sheet as Sheet,
                )}
              />
            </div>
          ))}
        </details>
      )}
    </article>
  )
}
