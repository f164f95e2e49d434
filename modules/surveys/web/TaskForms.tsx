import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'
import { stateResult } from '../sheets.contract.ts'
import { canDo, surveyStages, type Point, type SurveyStage, type TaskId } from '../surveys.ts'
import {
  addTask,
  changeTask,
  countAreas,
  countTasks,
  getTask,
  listTasks,
  mapTasks,
} from '../tasks.contract.ts'
import { PlaceField } from './place-field.tsx'
import type { TaskView } from './survey-text.ts'

const crumbs = [
  { label: 'メインメニュー', to: '/' },
  { label: '被害認定調査', to: '/surveys' },
]
const Stage = radioOf<SurveyStage>(surveyStages, 'column')
const Urgent = checkboxOf('急ぐ（一覧と端末に印が付きます）', '急ぐ', '急がない')
const Grade = selectOf(damageGrades)

function refresh(queries: QueryClient): void {
  for (const { name } of [getTask, listTasks, countTasks, countAreas, mapTasks])
    void queries.invalidateQueries({ queryKey: [name] })
}

export function namesOf(text: string): string[] {
  return text
    .split(/[、,，]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** A house that nobody applied for. */
export function NewTaskPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="調査対象を加える"
      crumbs={[...crumbs, { label: '調査対象を加える' }]}
      lead="申請のない住家や、申請がほかにある住家を、1棟ずつ加えます。申請のある住家は、受理すると自動で加わります。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={addTask}>
          <Section title="調査対象">
            <NewTask disasterId={disasterId} />
          </Section>
        </Allowed>
      )}
    </Page>
  )
}

type NewValues = {
  readonly stage: SurveyStage | null
  readonly address: string
  readonly headName: string
  readonly phone: string
  readonly note: string
  readonly consent: string
  readonly point: Point | null
  readonly urgent: boolean
}

function NewTask(props: { disasterId: string }): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const [taskId] = useState(() => uuidv7() as TaskId)
  const initial: NewValues = {
    stage: 'first',
    ...{ address: '', headName: '', phone: '', note: '', consent: '', point: null, urgent: false },
  }
  return (
    <EditForm
      mode="new"
      initial={initial}
      schema={addTask.input}
      submitLabel="調査対象に加える"
      onSubmit={({ stage, ...values }, { requestId }) =>
        send(addTask, { taskId, disasterId: props.disasterId, stage: stage!, ...values }, requestId)
      }
      onSaved={({ taskNo }) => {
        toast(`${taskNo}として加えました`)
        refresh(queries)
        void navigate({ to: '/surveys/tasks/$taskId' as never, params: { taskId } as never })
      }}
      cancel={
        <Link to={'/surveys' as never} className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => (
        <>
          <Field name="address" kind={Text} hint="例：飛騨市古川町壱之町9番6号" required />
          <Field name="headName" kind={Text} hint="分からなければ空欄" />
          <Field name="phone" kind={Text} />
          <Field name="stage" kind={Stage} required />
          {values.stage === 'self' && (
            <Field
              name="consent"
              kind={Text}
              hint="自己判定方式は、申請者の同意が要ります。例：11月20日に窓口で同意書"
              required
            />
          )}
          <Field name="point" kind={PlaceField} />
          <Field name="note" kind={TextArea} hint="例：犬がいる、平日は不在" />
          <Field name="urgent" kind={Urgent} />
        </>
      )}
    </EditForm>
  )
}

function OfTask(props: { title: string; children: (task: TaskView) => ReactNode }): ReactNode {
  const taskId = usePathParam('taskId')
  const { data, error } = useQuery(q(getTask, { taskId }))
  return (
    <Page
      title={props.title}
      crumbs={[...crumbs, { label: data?.taskNo ?? '調査対象' }, { label: props.title }]}
      lead={data && `${data.taskNo}　${data.address}　${data.headName}`}
    >
      {error ? <ErrorSummary error={error} /> : !data && <Progress label="読み込んでいます" />}
      {data && props.children(data)}
    </Page>
  )
}

const back = (taskId: string): ReactNode => (
  <Link to={'/surveys/tasks/$taskId' as never} params={{ taskId } as never} className="button">
    やめる
  </Link>
)

export function ChangeTaskPage(): ReactNode {
  return (
    <OfTask title="調査対象の記載の変更">
      {(task) =>
        canDo('change', task.state) ? (
          <Allowed to={changeTask}>
            <Section title="記載">
              <ChangeTask task={task} />
            </Section>
          </Allowed>
        ) : (
          <Banner tone="information" title="結果が確定したか、取りやめた調査対象の記載は変えられません" />
        )
      }
    </OfTask>
  )
}

const valuesOf = ({ version, address, headName, phone, note, point, urgent }: TaskView) => ({
  ...{ version, address, headName, phone, note, point, urgent },
})

function ChangeTask(props: { task: TaskView }): ReactNode {
  const { task } = props
  const taskId = task.taskId as TaskId
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode="edit"
      initial={valuesOf(task)}
      schema={changeTask.input}
      reload={async () => valuesOf(await call(getTask, { taskId }))}
      onSubmit={(values, { requestId }) => send(changeTask, { taskId, ...values }, requestId)}
      onSaved={() => {
        toast('変更しました')
        refresh(queries)
        void navigate({ to: '/surveys/tasks/$taskId' as never, params: { taskId } as never })
      }}
      cancel={back(taskId)}
    >
      {({ Field }) => (
        <>
          {task.suppressed ? (
            <Banner tone="suppression" title="支援措置の対象者に関わる調査です">
              所在地・連絡先・連絡事項は表示されず、ここでは変えられません。今の内容のまま残ります。
            </Banner>
          ) : (
            <>
              <Field name="address" kind={Text} required />
              <Field name="phone" kind={Text} />
              <Field name="point" kind={PlaceField} />
              <Field name="note" kind={TextArea} />
            </>
          )}
          <Field name="headName" kind={Text} />
          <Field name="urgent" kind={Urgent} />
        </>
      )}
    </EditForm>
  )
}

/** 調査票なしの判定: another municipality's survey, an aerial photograph of one house. */
export function StateResultPage(): ReactNode {
  return (
    <OfTask title="調査票のない結果の登録">
      {(task) =>
        canDo('state', task.state) ? (
          <Allowed to={stateResult}>
            <Section title="結果">
              <StateResult task={task} />
            </Section>
          </Allowed>
        ) : (
          <Banner tone="information" title="結果が確定したか、取りやめた調査対象です">
            確定した結果を直すときは、先に結果を取り消すか、再調査を依頼してください。
          </Banner>
        )
      }
    </OfTask>
  )
}

type StateValues = {
  readonly grade: DamageGrade | null
  readonly surveyedOn: PlainDate | null
  readonly surveyors: string
  readonly reason: string
}

function StateResult(props: { task: TaskView }): ReactNode {
  const { taskId, version } = props.task
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const today = useToday()
  const initial: StateValues = { grade: null, surveyedOn: today, surveyors: '', reason: '' }
  return (
    <>
      <Banner tone="warning" title="調査票がないときだけ使ってください">
        ほかの市町村の調査、1棟の航空写真、基準の計算で決められない住家などです。理由は、結果とともに残ります。
      </Banner>
      <EditForm
        mode="new"
        initial={initial}
        schema={stateResult.input}
        submitLabel="この結果で確定する"
        onSubmit={({ grade, surveyedOn, surveyors, reason }, { requestId }) =>
          send(
            stateResult,
            {
              ...{ taskId: taskId as TaskId, version, grade: grade!, reason },
              surveyedOn: surveyedOn ?? '',
              surveyors: namesOf(surveyors),
            },
            requestId,
          )
        }
        onSaved={() => {
          toast('結果を確定しました')
          refresh(queries)
          void navigate({ to: '/surveys/tasks/$taskId' as never, params: { taskId } as never })
        }}
        cancel={back(taskId)}
      >
        {({ Field }) => (
          <>
            <Field name="grade" kind={Grade} required />
            <Field name="surveyedOn" kind={WarekiDate} required />
            <Field
              name="surveyors"
              kind={Text}
              hint="読点で区切ります。例：山田　太郎、佐藤　花子"
              required
            />
            <Field
              name="reason"
              kind={TextArea}
              hint="例：○○市の調査（11月20日付け）による。航空写真で流失を確認"
              required
            />
          </>
        )}
      </EditForm>
    </>
  )
}
