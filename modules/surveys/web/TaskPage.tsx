import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { listSheets, recordSheet, stateResult, undoResult } from '../sheets.contract.ts'
import { canDo, resultKinds, surveyStages, taskOrigins, taskStates } from '../surveys.ts'
import {
  askAgain,
  cancelTask,
  changeTask,
  claimTask,
  countTasks,
  getTask,
  listTasks,
  releaseTask,
} from '../tasks.contract.ts'
import { PapersSection } from './PapersSection.tsx'
import { PhotosSection } from './PhotosSection.tsx'
import { SheetsSection } from './SheetsSection.tsx'
import { gradeText, percentText, stateTones, type TaskView } from './survey-text.ts'

const after = [getTask, listSheets, listTasks, countTasks]

/** One house: who and where, photos, every sheet side by side, and what came of it. */
export function TaskPage(): ReactNode {
  const taskId = usePathParam('taskId')
  const { data, error } = useQuery(q(getTask, { taskId }))
  const crumbs = [
    { label: 'メインメニュー', to: '/' },
    { label: '被害認定調査', to: '/surveys' },
    { label: data?.taskNo ?? '調査対象' },
  ]
  if (error)
    return (
      <Page title="調査対象" crumbs={crumbs}>
        <ErrorSummary error={error} />
      </Page>
    )
  if (!data) return <Page title="調査対象" crumbs={crumbs} />
  return (
    <Page
      title={`調査対象　${data.taskNo}`}
      crumbs={crumbs}
      badges={
        <>
          <Badge tone={stateTones[data.state]}>{labelOf(taskStates, data.state)}</Badge>
          {data.urgent && <Badge tone="warning">急ぐ</Badge>}
        </>
      }
      actions={<Acts task={data} />}
    >
      {data.suppressed && (
        <Banner tone="suppression" title="支援措置の対象者に関わる調査です">
          所在地・連絡先・写真は表示されません。現地に行く前に、支援措置の担当者に確かめてください。
        </Banner>
      )}
      {data.state === 'conflict' && (
        <Banner tone="warning" title="同じ住家の調査票が複数あります">
          下の「調査票」で見比べて、どちらを結果とするか選んでください。どちらも記録に残ります。
        </Banner>
      )}
      <Section title="住家">
        <DescriptionList
          items={[
            { term: '所在地', value: data.address || '―' },
            { term: '世帯主', value: data.headName || '―' },
            { term: '申請者', value: data.applicantName || '―' },
            { term: '連絡先', value: data.phone || '―' },
            { term: '調査の段階', value: labelOf(surveyStages, data.stage) },
            { term: '調査のきっかけ', value: originText(data) },
            { term: '調査班', value: data.teamName ?? '（未割当て）' },
            { term: '調査中の職員', value: data.claimedBy ?? '―' },
            {
              term: '調査員への連絡事項',
              value: <span style={{ whiteSpace: 'pre-line' }}>{data.note || '―'}</span>,
            },
            { term: '被害の程度', value: gradeText(data.grade) },
          ]}
        />
      </Section>
      <SheetsSection task={data} />
      <PapersSection task={data} />
      {!data.suppressed && <PhotosSection task={data} />}
      <Results task={data} />
    </Page>
  )
}

function originText(task: TaskView): ReactNode {
  const label = labelOf(taskOrigins, task.origin)
  if (task.origin !== 'application' || task.originRef === null) return label
  return (
    <Link
      to={'/risai/applications/$applicationId' as never}
      params={{ applicationId: task.originRef } as never}
    >
      {label}
    </Link>
  )
}

function Acts(props: { task: TaskView }): ReactNode {
  const { task } = props
  const { taskId, version, state } = task
  const can = useCan()
  const claiming = useSend(claimTask, { invalidates: after })
  const releasing = useSend(releaseTask, { invalidates: after })
  const [reason, setReason] = useState('')
  const [stage, setStage] = useState<'second' | 'again' | null>(task.stage === 'first' ? 'second' : 'again')
  const [newTaskId] = useState(() => uuidv7())
  const why = (
    <LooseField name="reason" label="理由" kind={TextArea} value={reason} onChange={setReason} required />
  )
  return (
    <>
      {can(recordSheet).allowed && canDo('record', state) && state !== 'cancelled' && (
        <Link
          to={'/surveys/tasks/$taskId/sheet' as never}
          params={{ taskId } as never}
          className="button"
          data-look="solid"
        >
          調査票を入力する
        </Link>
      )}
      {can(changeTask).allowed && canDo('change', state) && (
        <Link to={'/surveys/tasks/$taskId/change' as never} params={{ taskId } as never} className="button">
          記載を変える
        </Link>
      )}
      {can(stateResult).allowed && canDo('state', state) && (
        <Link to={'/surveys/tasks/$taskId/result' as never} params={{ taskId } as never} className="button">
          調査票なしで結果を登録する
        </Link>
      )}
      {can(claimTask).allowed && canDo('claim', state) && (
        <Button busy={claiming.busy} onClick={() => claiming.start({ taskId, version })}>
          調査を始める
        </Button>
      )}
      {can(releaseTask).allowed && canDo('release', state) && (
        <Button busy={releasing.busy} onClick={() => releasing.start({ taskId, version })}>
          調査中の印を外す
        </Button>
      )}
      {state === 'done' && (
        <AskButton
          endpoint={askAgain}
          input={{ taskId, newTaskId, stage: stage ?? 'second', reason }}
          invalidates={after}
          label="もう一度調査する"
          question="第2次調査・再調査を依頼しますか"
          confirm="依頼する"
        >
          <LooseField name="stage" label="調査の段階" kind={Again} value={stage} onChange={setStage} />
          {why}
        </AskButton>
      )}
      {canDo('undo', state) && (
        <AskButton
          endpoint={undoResult}
          input={{ taskId, version, reason }}
          invalidates={after}
          label="結果を取り消す"
          question="調査結果を取り消しますか"
          confirm="取り消す"
          look="danger"
        >
          <p>記録は残り、調査対象は結果の前の状態に戻ります。</p>
          {why}
        </AskButton>
      )}
      {canDo('cancel', state) && (
        <AskButton
          endpoint={cancelTask}
          input={{ taskId, version, reason }}
          invalidates={after}
          label="調査を取りやめる"
          question="この調査を取りやめますか"
          confirm="取りやめる"
          look="danger"
        >
          {why}
        </AskButton>
      )}
      {(claiming.error ?? releasing.error) && <ErrorSummary error={claiming.error ?? releasing.error} />}
    </>
  )
}

const Again = radioOf<'second' | 'again'>([
  { value: 'second', label: '第2次調査' },
  { value: 'again', label: '再調査' },
])

function Results(props: { task: TaskView }): ReactNode {
  const { results } = props.task
  return (
    <Section title="結果の経過">
      {results.length === 0 ? (
        <p>まだ結果はありません。</p>
      ) : (
        <ol reversed>
          {results.map((one) => (
            <li key={one.resultNo}>
              {`${instantText(one.decidedAt)}　${labelOf(resultKinds, one.kind)}　${one.grade === null ? '' : gradeText(one.grade)}　${percentText(one.percentX100)}　${one.decidedBy}`}
              {one.reason !== '' && <p style={{ whiteSpace: 'pre-line' }}>{one.reason}</p>}
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}
