import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { gradeLabel, type DamageGrade } from '../../disasters/grades.ts'
import { dwellingViews, type TaskState } from '../surveys.ts'
import type { getTask, listTasks } from '../tasks.contract.ts'
import type { listSheets } from '../sheets.contract.ts'

export type TaskRow = OutputOf<typeof listTasks>['tasks'][number]
export type TaskView = OutputOf<typeof getTask>
export type PhotoView = TaskView['photos'][number]
export type SheetView = OutputOf<typeof listSheets>['sheets'][number]['versions'][number]

export const stateTones: Readonly<
  Record<TaskState, 'neutral' | 'information' | 'success' | 'warning' | 'error'>
> = {
  waiting: 'warning',
  claimed: 'information',
  recorded: 'information',
  conflict: 'error',
  done: 'success',
  cancelled: 'neutral',
}

export function toneOf(state: TaskState): 'waiting' | 'working' | 'done' {
  if (state === 'waiting') return 'waiting'
  return state === 'done' || state === 'cancelled' ? 'done' : 'working'
}

export function gradeText(grade: DamageGrade | null): string {
  return grade === null ? '―' : gradeLabel(grade)
}

export function percentText(percentX100: number | null): string {
  return percentX100 === null ? '' : `${(percentX100 / 100).toFixed(2)}％`
}

export function partText(part: string): string {
  return dwellingViews.find((one) => one.value === part)?.label ?? (part === '' ? '住家' : part)
}

export const photoNoteText: Readonly<Record<PhotoView['notes'][number], string>> = {
  dark: '暗くて見えません',
  flat: '何も写っていないようです',
  far: '住家から離れた場所で撮られています',
  'before-disaster': '災害の前の日時です',
}
