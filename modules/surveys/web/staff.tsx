import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listDisasters } from '../../disasters/disasters.contract.ts'
import { gradeLabel, type DamageGrade } from '../../disasters/grades.ts'
import { judgePhotos } from '../judgements.contract.ts'
import { surveysFacts } from '../surveys.messages.ts'
import { listTasks } from '../tasks.contract.ts'

const SurveysPage = lazyRouteComponent(() => import('./SurveysPage.tsx'), 'SurveysPage')
const TaskPage = lazyRouteComponent(() => import('./TaskPage.tsx'), 'TaskPage')
const SheetPage = lazyRouteComponent(() => import('./SheetPage.tsx'), 'SheetPage')
const NewTaskPage = lazyRouteComponent(() => import('./TaskForms.tsx'), 'NewTaskPage')
const ChangeTaskPage = lazyRouteComponent(() => import('./TaskForms.tsx'), 'ChangeTaskPage')
const StateResultPage = lazyRouteComponent(() => import('./TaskForms.tsx'), 'StateResultPage')
const PlanPage = lazyRouteComponent(() => import('./PlanPage.tsx'), 'PlanPage')
const TeamPage = lazyRouteComponent(() => import('./PlanPage.tsx'), 'TeamPage')
const PhotoCasesPage = lazyRouteComponent(() => import('./PhotoCasesPage.tsx'), 'PhotoCasesPage')
const PlansPage = lazyRouteComponent(() => import('./PlansPage.tsx'), 'PlansPage')
const AreaPage = lazyRouteComponent(() => import('./AreaPage.tsx'), 'AreaPage')
const ImportPage = lazyRouteComponent(() => import('./ImportPage.tsx'), 'ImportPage')
const RulesPage = lazyRouteComponent(() => import('./RulesPage.tsx'), 'RulesPage')
const ScansPage = lazyRouteComponent(() => import('./ScansPage.tsx'), 'ScansPage')
const SpreadPage = lazyRouteComponent(() => import('./SpreadPage.tsx'), 'SpreadPage')

const pages = [
  ['/surveys', SurveysPage],
  ['/surveys/new', NewTaskPage],
  ['/surveys/tasks/$taskId', TaskPage],
  ['/surveys/tasks/$taskId/change', ChangeTaskPage],
  ['/surveys/tasks/$taskId/result', StateResultPage],
  ['/surveys/tasks/$taskId/sheet', SheetPage],
  ['/surveys/scans', ScansPage],
  ['/surveys/photos', PhotoCasesPage],
  ['/surveys/plans', PlansPage],
  ['/surveys/plans/$planId', PlanPage],
  ['/surveys/plans/$planId/teams/$teamId', TeamPage],
  ['/surveys/areas', AreaPage],
  ['/surveys/import', ImportPage],
  ['/surveys/spread', SpreadPage],
  ['/surveys/rules', RulesPage],
] as const

function factText(codes: Readonly<Record<string, string | number | boolean | null>>): string {
  const { taskNo, grade } = codes
  const graded = typeof grade === 'string' ? gradeLabel(grade as DamageGrade) : ''
  return [typeof taskNo === 'string' ? taskNo : '', graded].filter((word) => word !== '').join('　')
}

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    { label: '被害認定調査', to: '/surveys', group: '住家と調査', order: 25, needs: listTasks },
    { label: '自己判定（写真）', to: '/surveys/photos', group: '住家と調査', order: 26, needs: judgePhotos },
    { label: '被害認定の基準', to: '/surveys/rules', group: '住家と調査', order: 29, needs: listDisasters },
  ],
  tiles: [
    {
      title: '被害認定調査',
      to: '/surveys',
      description: '調査の計画と割当て、調査票の入力、写真、結果の確定、区域の一括判定を行います。',
      group: '住家と調査',
      order: 25,
      needs: listTasks,
    },
  ],
  panels: {
    facts: Object.fromEntries(
      Object.entries(surveysFacts).map(([kind, label]) => [kind, { label, describe: factText }]),
    ),
  },
}
