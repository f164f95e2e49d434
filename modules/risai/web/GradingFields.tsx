import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'
import { surveyStages } from '../../surveys/surveys.ts'
import { surveyMethods, type SurveyMethod } from '../risai.ts'
import { lossRatios, type Application } from './application-text.ts'
import { percentText, type Survey } from './SurveySection.tsx'

const Grade = radioOf<DamageGrade>(
  damageGrades.map((grade) => ({ ...grade, hint: lossRatios[grade.value] })),
  'column',
)
const Method = radioOf<SurveyMethod>(surveyMethods)
const Adopt = checkboxOf('この調査の結果による', 'はい', 'いいえ')

/** What is typed of a survey's result. */
export type GradingValues = {
  readonly grade: DamageGrade | null
  readonly surveyedOn: PlainDate | null
  readonly method: SurveyMethod | null
  readonly surveyors: string
  readonly note: string
  /** The survey that is gone by; '' = none was offered. */
  readonly taskId: string
  readonly bySurvey: boolean
}

/** The survey's result where there is one, else the latest grading, is the beginning. */
export function gradingValuesOf(
  last: Application['gradings'][number] | null,
  found: Survey | null,
): GradingValues {
  const result = found?.result
  if (found && result) {
    return {
      grade: result.grade,
      surveyedOn: result.surveyedOn as PlainDate,
      method: result.method,
      surveyors: result.surveyors.join('、'),
      ...{ note: '', taskId: found.taskId, bySurvey: true },
    }
  }
  return {
    grade: last?.grade ?? null,
    surveyedOn: (last?.surveyedOn ?? null) as PlainDate | null,
    method: last?.method ?? null,
    surveyors: last?.surveyors.join('、') ?? '',
    ...{ note: last?.note ?? '', taskId: '', bySurvey: false },
  }
}

/** For the contract; choices are asked for before this is called, the compiler cannot know. */
export function gradingInputOf({ grade, surveyedOn, method, note, taskId, bySurvey }: GradingValues) {
  return {
    grade: grade as DamageGrade,
    surveyedOn: surveyedOn ?? '',
    method: method as SurveyMethod,
    note,
    taskId: bySurvey && taskId !== '' ? taskId : null,
  }
}

/** The finished survey with its reasons, and the grade: as found, or another one with a reason. */
export function GradingFields<T extends GradingValues>(props: {
  Field: FieldOf<T>
  values: GradingValues
  found: Survey | null
}): ReactNode {
  // The fields are those of GradingValues, whatever else the page's form holds.
  const Field = props.Field as unknown as FieldOf<GradingValues>
  const { values, found } = props
  const result = found?.result
  const differs = result !== undefined && result !== null && values.bySurvey && values.grade !== result.grade
  return (
    <>
      {found && result && (
        <Banner
          tone="information"
          title={`調査の結果：${labelOf(damageGrades, result.grade)}（${found.taskNo} ${labelOf(surveyStages, found.stage)}）`}
        >
          <p>
            {[percentText(result.percentX100), `運用指針 ${result.guidelineCode}`, `確定 ${result.decidedBy}`]
              .filter((part) => part !== '')
              .join('　')}
          </p>
          {result.reason !== '' && <p style={{ whiteSpace: 'pre-line' }}>{result.reason}</p>}
        </Banner>
      )}
      <FieldGroup legend="被害認定調査の結果">
        {result && <Field name="bySurvey" kind={Adopt} label="調査の結果" />}
        <Field name="grade" kind={Grade} required />
        <Field name="surveyedOn" kind={WarekiDate} required />
        <Field name="method" kind={Method} required />
        <Field name="surveyors" kind={Text} hint="読点で区切ります。例：山田　太郎、佐藤　花子" required />
        <Field
          name="note"
          kind={TextArea}
          required={differs}
          {...(differs ? { hint: '調査の結果と違う程度とする理由' } : {})}
        />
      </FieldGroup>
    </>
  )
}
