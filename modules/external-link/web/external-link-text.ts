import { labelOf } from '@open-bcl/ui/fields/options.ts'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { damageGrades } from '../../disasters/grades.ts'
import { endedCauses } from '../external-link.ts'

type Describe = NonNullable<NonNullable<NonNullable<StaffScreens['panels']>['facts']>[string]['describe']>

/** What a fact's codes say. */
export const factText: Describe = ({ applicationNo, grade, cause }) =>
  [
    `申請番号 ${String(applicationNo)}`,
    ...(grade === null || grade === undefined ? [] : [gradeText(String(grade))]),
    ...(cause === null || cause === undefined ? [] : [labelOf(endedCauses, String(cause) as never)]),
  ].join('　')

export function gradeText(grade: string): string {
  return damageGrades.find(({ value }) => value === grade)?.label ?? grade
}

export const crumbs = (...own: { label: string; to?: string }[]) => [
  { label: 'メインメニュー', to: '/' },
  { label: '外部連携', to: '/external-link' },
  ...own,
]
