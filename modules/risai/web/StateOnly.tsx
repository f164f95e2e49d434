import { readOnly } from '@open-bcl/ui/fields/ReadOnly.tsx'
import { textOutput, type FieldKind } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'
import { applicationStates, type ApplicationState } from '../risai.ts'

function shown<V>(toText: (value: V) => string): FieldKind<V> {
  return readOnly({ Input: () => null, Output: textOutput(toText), toText })
}

/**
 * 申請の状態 within a form of an act: when a colleague was first, the conflict shows the state as it was seen and as it is.
 */
export const StateOnly = shown<ApplicationState>((state) => labelOf(applicationStates, state))

/** 被害の程度 within a form that decides on it. */
export const GradeOnly = shown<DamageGrade | null>((grade) => labelOf(damageGrades, grade))
