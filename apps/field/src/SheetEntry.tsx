import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { GuidelineCode } from '@open-bcl/modules/disasters/disasters.ts'
import { rulesOf } from '@open-bcl/modules/surveys/rules/guidelines.ts'
import {
  structures,
  surveyHazards,
  type Answer,
  type InputDefinition,
  type Sheet,
  type SheetKind,
} from '@open-bcl/modules/surveys/rules/rules.ts'
import { score } from '@open-bcl/modules/surveys/rules/score.ts'
import { inputsOf, sheetDefinition } from '@open-bcl/modules/surveys/rules/sheets.ts'
import { sheetErrors } from '@open-bcl/modules/surveys/rules/validation.ts'
import type { SheetId, TaskId } from '@open-bcl/modules/surveys/surveys.ts'
import { AnswerField } from '@open-bcl/modules/surveys/web/AnswerField.tsx'
import { ScoreView } from '@open-bcl/modules/surveys/web/ScoreView.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import type { SheetItem, Start } from './sheet-item.ts'
import { whereAmI } from './Houses.tsx'
import type { CarriedTask, Sync } from './sync.ts'
import type { Secrets, Vault } from './vault.ts'

const Hazard = radioOf(surveyHazards)
const Structure = radioOf(structures)

function hazardOf({ hazards }: Secrets): SheetKind['hazard'] {
  const has = (...codes: string[]): boolean => hazards.some((hazard) => codes.includes(hazard))
  if (has('earthquake', 'tsunami') && !has('flood')) return 'earthquake'
  return has('flood', 'heavy-rain', 'storm-surge', 'debris-flow') ? 'flood' : 'wind'
}

type Filled = SheetItem['sheet']

function begin(task: CarriedTask, secrets: Secrets, start: Start | null): Filled {
  const now = new Date()
  if (start !== null) return start.sheet
  return {
    sheetId: uuidv7() as SheetId,
    sheetNo: 1,
    sheet: {
      hazard: hazardOf(secrets),
      structure: 'wood',
      stage: task.stage === 'second' || task.stage === 'again' ? 'second' : 'first',
      entryMode: 'exact',
      answers: { dwelling: true },
    },
    surveyedOn: todayInJapan(now),
    surveyors: [...secrets.members],
    witness: '',
    note: '',
    startedAt: now.toISOString(),
    position: null,
  }
}

const namesOf = (typed: string): string[] =>
  typed
    .split(/[、,，]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .slice(0, 10)

/** 調査票の記入: drawn from the rules' definition, kept at every answer, with what the rules say of it. */
export function SheetEntry(props: {
  task: CarriedTask
  secrets: Secrets
  vault: Vault
  sync: Sync
  start: Start | null
  onDone: () => void
}): ReactNode {
  const { task, secrets, vault, sync, start } = props
  const [itemId] = useState(() => start?.itemId ?? uuidv7())
  const [filled, setFilled] = useState<Filled>(() => begin(task, secrets, start))
  const [surveyors, setSurveyors] = useState(() => filled.surveyors.join('、'))
  const [said, setSaid] = useState('')
  const latest = useRef(filled)
  const located = useRef(false)
  /** A place that is found late does not open a finished sheet again. */
  const over = useRef(false)
  useEffect(() => {
    over.current = false
    return () => {
      over.current = true
    }
  }, [])
  const item = (sheet: Filled): SheetItem => ({
    kind: 'sheet',
    taskId: task.taskId as TaskId,
    recordedAt: new Date().toISOString(),
    // Even an unfinished sheet is one that the town can take.
    sheet: { ...sheet, surveyors: sheet.surveyors.length === 0 ? ['（未記入）'] : sheet.surveyors },
  })
  const keep = (change: Partial<Filled>): void => {
    if (over.current) return
    const next = { ...latest.current, ...change }
    latest.current = next
    setFilled(next)
    vault.put(item(next), { itemId, draft: true }).then(
      () => setSaid('この端末に保存しました'),
      () => setSaid('保存できませんでした。空き容量を確かめてください。'),
    )
    if (located.current || next.position !== null) return
    located.current = true
    void whereAmI().then((position) => position && latest.current.position === null && keep({ position }))
  }
  const sheet: Sheet = filled.sheet
  const rules = rulesOf(secrets.guidelineCode as GuidelineCode, secrets.occurredOn as PlainDate)
  const definition = sheetDefinition(rules, sheet)
  const errors = new Map(sheetErrors(rules, sheet).map((one) => [one.key, one.message]))
  const result = score(rules, sheet)
  const setAnswer = (key: string, answer: Answer | undefined): void => {
    const { sheet: now } = latest.current
    const { [key]: _, ...others } = now.answers
    keep({ sheet: { ...now, answers: answer === undefined ? others : { ...others, [key]: answer } } })
  }
  /** Another kind asks other things: what it shares with this one is kept. */
  const setKind = (kind: Partial<SheetKind>): void => {
    const next = { ...latest.current.sheet, ...kind }
    const known = new Map(inputsOf(sheetDefinition(rules, next)).map((one) => [one.key, one.kind]))
    const had = new Map(inputsOf(definition).map((one) => [one.key, one.kind]))
    const answers = Object.entries(next.answers).filter(
      ([key]) => known.has(key) && known.get(key) === had.get(key),
    )
    keep({ sheet: { ...next, answers: Object.fromEntries(answers) } })
  }
  const asked = ({ askedWhen }: InputDefinition): boolean =>
    askedWhen === null || sheet.answers[askedWhen.key] === askedWhen.is
  const finish = async (): Promise<void> => {
    over.current = true
    try {
      await vault.put(item(latest.current), { itemId })
      sync.soon()
      props.onDone()
    } catch {
      over.current = false
      setSaid('保存できませんでした。空き容量を確かめてください。')
    }
  }
  const unready =
    namesOf(surveyors).length === 0
      ? '調査員を入力してください'
      : errors.size > 0
        ? '示された項目を直してください'
        : null
  return (
    <>
      <h1>調査票の記入</h1>
      <p>
        {task.taskNo}　{task.address}　{task.headName}
      </p>
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
      </Section>
      {definition.groups.map((group) => (
        <Section key={group.key} title={group.label}>
          {group.inputs.filter(asked).map((input) => (
            <AnswerField
              key={input.key}
              input={input}
              answer={sheet.answers[input.key]}
              onChange={(answer) => setAnswer(input.key, answer)}
              error={errors.get(input.key) ?? null}
            />
          ))}
        </Section>
      ))}
      <Section title="判定（説明）">
        <ScoreView result={result} live />
        {result.kind === 'incomplete' && (
          <Banner tone="information" title="途中でも終わりにできます。役場で続きを確かめます。" />
        )}
      </Section>
      <Section title="調査の記録">
        <LooseField
          name="surveyors"
          label="調査員"
          kind={Text}
          value={surveyors}
          onChange={(typed) => {
            setSurveyors(typed)
            keep({ surveyors: namesOf(typed) })
          }}
          hint="読点で区切ります"
          required
        />
        <LooseField
          name="witness"
          label="立会者"
          kind={Text}
          value={filled.witness}
          onChange={(witness) => keep({ witness })}
        />
        <LooseField
          name="note"
          label="備考"
          kind={TextArea}
          value={filled.note}
          onChange={(note) => keep({ note })}
        />
      </Section>
      <p role="status" className="quiet">
        {said}
      </p>
      <div className="field-actions">
        <Button look="solid" unavailable={unready} onClick={() => void finish()}>
          調査票を終わりにする
        </Button>
        <Button onClick={props.onDone}>途中で閉じる（記入は残ります）</Button>
      </div>
    </>
  )
}
