import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Fragment, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import type { GuidelineCode } from '../../disasters/disasters.ts'
import { listScans } from '../papers.contract.ts'
import { rulesOf } from '../rules/guidelines.ts'
import {
  entryModes,
  sheetStages,
  structures,
  surveyHazards,
  type Answer,
  type EntryMode,
  type InputDefinition,
  type Sheet,
  type SheetKind,
} from '../rules/rules.ts'
import { score } from '../rules/score.ts'
import { inputsOf, sheetDefinition } from '../rules/sheets.ts'
import { sheetErrors } from '../rules/validation.ts'
import { listSheets, recordSheet } from '../sheets.contract.ts'
import type { SheetId, TaskId } from '../surveys.ts'
import { countTasks, getTask, listTasks } from '../tasks.contract.ts'
import { AnswerField } from './AnswerField.tsx'
import { ScoreView } from './ScoreView.tsx'
import type { SheetView, TaskView } from './survey-text.ts'

const Hazard = radioOf(surveyHazards)
const Structure = radioOf(structures)
const Stage = radioOf(sheetStages)
const Compared = checkboxOf('紙の調査票と見比べて、すべての項目を確かめました')
const Mode = radioOf<EntryMode>(entryModes)

/** 調査票の入力: drawn from the rules' own definition, with what they say of it while it is typed. */
export function SheetPage(): ReactNode {
  const taskId = usePathParam('taskId') as TaskId
  const { sheet: corrected } = useSearch({ strict: false }) as { sheet?: string }
  const task = useQuery(q(getTask, { taskId }))
  const sheets = useQuery({ ...q(listSheets, { taskId }), enabled: corrected !== undefined })
  const crumbs = [
    { label: 'メインメニュー', to: '/' },
    { label: '被害認定調査', to: '/surveys' },
    { label: '調査票の入力' },
  ]
  const error = task.error ?? sheets.error
  const before =
    corrected === undefined ? null : sheets.data?.sheets.find((one) => one.sheetId === corrected)?.versions[0]
  return (
    <Page
      title={corrected === undefined ? '調査票の入力' : '調査票の訂正'}
      crumbs={crumbs}
      lead={task.data && `${task.data.taskNo}　${task.data.address}　${task.data.headName}`}
    >
      {error && <ErrorSummary error={error} />}
      {task.data && before !== undefined && <SheetForm task={task.data} before={before} />}
    </Page>
  )
}

export function hazardOf(task: TaskView): SheetKind['hazard'] {
  const has = (...codes: string[]): boolean => task.hazards.some((hazard) => codes.includes(hazard))
  if (has('earthquake', 'tsunami') && !has('flood')) return 'earthquake'
  return has('flood', 'heavy-rain', 'storm-surge', 'debris-flow') ? 'flood' : 'wind'
}

/** A sheet that comes from a paper: what was read of it, and its picture beside each question. */
export type FromPaper = {
  readonly sheetId: SheetId
  readonly kind: SheetKind
  readonly answers: Sheet['answers']
  /** Beside an input: what stands on the paper, and what to look at. */
  readonly beside: (key: string) => ReactNode
}

export function SheetForm(props: {
  task: TaskView
  before: SheetView | null
  paper?: FromPaper
  /** After it was recorded; without it the page of the house comes. */
  onRecorded?: () => void
}): ReactNode {
  const { task, before, paper } = props
  const taskId = task.taskId as TaskId
  const can = useCan()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const today = useToday()
  const [sheetId] = useState(() => (before?.sheetId ?? paper?.sheetId ?? uuidv7()) as SheetId)
  const [startedAt] = useState(() => new Date().toISOString())
  const [sheet, setSheet] = useState<Sheet>(() =>
    before === null && paper !== undefined
      ? { ...paper.kind, entryMode: 'exact', answers: paper.answers }
      : before === null
        ? {
            hazard: hazardOf(task),
            structure: 'wood',
            stage: task.stage === 'second' || task.stage === 'again' ? 'second' : 'first',
            entryMode: 'exact',
            answers: { dwelling: true },
          }
        : (before.sheet as Sheet),
  )
  const [surveyedOn, setSurveyedOn] = useState<PlainDate | null>((before?.surveyedOn ?? today) as PlainDate)
  const [surveyors, setSurveyors] = useState(before?.surveyors.join('、') ?? '')
  const [witness, setWitness] = useState(before?.witness ?? '')
  const [note, setNote] = useState(before?.note ?? '')
  const [compared, setCompared] = useState(false)
  const rules = rulesOf(task.guidelineCode as GuidelineCode, task.occurredOn as PlainDate)
  const definition = sheetDefinition(rules, sheet)
  const errors = new Map(sheetErrors(rules, sheet).map((one) => [one.key, one.message]))
  const result = score(rules, sheet)
  const sending = useSend(recordSheet, {
    onDone: (done) => {
      void Promise.all(
        [getTask, listSheets, listTasks, countTasks, listScans].map(({ name }) =>
          queries.invalidateQueries({ queryKey: [name] }),
        ),
      )
      toast(done.conflict ? '調査票を登録しました。ほかの調査票があります' : '調査票を登録しました')
      if (props.onRecorded) props.onRecorded()
      else void navigate({ to: '/surveys/tasks/$taskId' as never, params: { taskId } as never })
    },
  })
  const names = surveyors
    .split(/[、,，]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const set = (key: string, answer: Answer | undefined): void =>
    setSheet((kept) => {
      const { [key]: _, ...others } = kept.answers
      return { ...kept, answers: answer === undefined ? others : { ...others, [key]: answer } }
    })
  /** Another kind asks other things: what it shares with this one is kept. */
  const setKind = (kind: Partial<SheetKind>): void =>
    setSheet((kept) => {
      const next = { ...kept, ...kind }
      const known = new Map(inputsOf(sheetDefinition(rules, next)).map((one) => [one.key, one.kind]))
      const had = new Map(inputsOf(definition).map((one) => [one.key, one.kind]))
      const answers = Object.entries(kept.answers).filter(
        ([key]) => known.has(key) && known.get(key) === had.get(key),
      )
      return { ...next, answers: Object.fromEntries(answers) }
    })
  const save = (): void => {
    const now = new Date().toISOString()
    sending.start({
      taskId,
      sheetId,
      sheetNo: (before?.sheetNo ?? 0) + 1,
      sheet: sheet as never,
      surveyedOn: surveyedOn ?? '',
      surveyors: names,
      witness,
      note,
      startedAt,
      recordedAt: now,
      sentAt: now,
      position: null,
      device: '',
    })
  }
  const asked = ({ askedWhen }: InputDefinition): boolean =>
    askedWhen === null || sheet.answers[askedWhen.key] === askedWhen.is
  return (
    <>
      {paper === undefined && (
        <Section title="調査票の種類">
          <LooseField
            name="hazard"
            label="災害の種類"
            kind={Hazard}
            value={sheet.hazard}
            onChange={(hazard) => hazard && setKind({ hazard })}
          />
          <LooseField
            name="structure"
            label="構造"
            kind={Structure}
            value={sheet.structure}
            onChange={(structure) => structure && setKind({ structure })}
          />
          <LooseField
            name="stage"
            label="調査の段階"
            kind={Stage}
            value={sheet.stage}
            onChange={(stage) => stage && setKind({ stage })}
          />
          {definition.parts.length > 0 && (
            <LooseField
              name="entryMode"
              label="計算の方法"
              kind={Mode}
              value={sheet.entryMode}
              onChange={(entryMode) => entryMode && setSheet({ ...sheet, entryMode })}
            />
          )}
        </Section>
      )}
      {definition.groups.map((group) => (
        <Section key={group.key} title={group.label}>
          {group.inputs.filter(asked).map((input) => (
            <Fragment key={input.key}>
              {paper?.beside(input.key)}
              <AnswerField
                input={input}
                answer={sheet.answers[input.key]}
                onChange={(answer) => set(input.key, answer)}
                error={errors.get(input.key) ?? null}
              />
            </Fragment>
          ))}
        </Section>
      ))}
      <Section title="判定">
        <ScoreView result={result} live />
        {result.kind === 'incomplete' && (
          <Banner tone="information" title="途中でも登録できます。残りは訂正として入力してください。" />
        )}
      </Section>
      <Section title="調査の記録">
        {paper?.beside('')}
        <LooseField
          name="surveyedOn"
          label="調査日"
          kind={WarekiDate}
          value={surveyedOn}
          onChange={setSurveyedOn}
          required
        />
        <LooseField
          name="surveyors"
          label="調査員"
          kind={Text}
          value={surveyors}
          onChange={setSurveyors}
          hint="読点で区切ります。例：山田　太郎、佐藤　花子"
          required
        />
        <LooseField name="witness" label="立会者" kind={Text} value={witness} onChange={setWitness} />
        <LooseField name="note" label="備考" kind={TextArea} value={note} onChange={setNote} />
      </Section>
      {paper && (
        <Section title="確認">
          <LooseField
            name="compared"
            label="確認"
            kind={Compared}
            value={compared}
            onChange={setCompared}
            required
          />
        </Section>
      )}
      {sending.error && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button
          look="solid"
          busy={sending.busy}
          permit={can(recordSheet)}
          unavailable={
            names.length === 0
              ? '調査員を入力してください'
              : errors.size > 0
                ? '示された項目を直してください'
                : surveyedOn === null
                  ? '調査日を入力してください'
                  : paper !== undefined && !compared
                    ? '紙と見比べて、確認に印を付けてください'
                    : null
          }
          onClick={save}
        >
          調査票を登録する
        </Button>
        <Link to={'/surveys/tasks/$taskId' as never} params={{ taskId } as never} className="button">
          やめる
        </Link>
      </div>
    </>
  )
}
