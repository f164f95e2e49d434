import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listApplications } from '../listing.contract.ts'
import { reportsFacts } from '../reports.messages.ts'
import { listReports } from '../reports.contract.ts'
import { risaiFacts } from '../risai.messages.ts'
import { damageGrades } from '../../disasters/grades.ts'
import { factText } from './application-text.ts'
import { ApplicationsPanel } from './ApplicationsPanel.tsx'
import { ReportsPanel } from './ReportsPanel.tsx'

const ApplicationsPage = lazyRouteComponent(() => import('./ApplicationsPage.tsx'), 'ApplicationsPage')
const ApplicationPage = lazyRouteComponent(() => import('./ApplicationPage.tsx'), 'ApplicationPage')
const NewApplicationPage = lazyRouteComponent(() => import('./NewApplicationPage.tsx'), 'NewApplicationPage')
const CorrectPage = lazyRouteComponent(() => import('./CorrectPage.tsx'), 'CorrectPage')
const GradePage = lazyRouteComponent(() => import('./GradePage.tsx'), 'GradePage')
const DecidePage = lazyRouteComponent(() => import('./DecidePage.tsx'), 'DecidePage')
const RejectPage = lazyRouteComponent(() => import('./ReasonPages.tsx'), 'RejectPage')
const WithdrawPage = lazyRouteComponent(() => import('./ReasonPages.tsx'), 'WithdrawPage')
const WithdrawCertificatePage = lazyRouteComponent(
  () => import('./ReasonPages.tsx'),
  'WithdrawCertificatePage',
)
const IssuePage = lazyRouteComponent(() => import('./IssuePage.tsx'), 'IssuePage')
const BatchesPage = lazyRouteComponent(() => import('./BatchesPage.tsx'), 'BatchesPage')
const BatchPage = lazyRouteComponent(() => import('./BatchPage.tsx'), 'BatchPage')
const ResurveyPage = lazyRouteComponent(() => import('./ResurveyPages.tsx'), 'ResurveyPage')
const ResurveyResultPage = lazyRouteComponent(() => import('./ResurveyPages.tsx'), 'ResurveyResultPage')
const AmendPage = lazyRouteComponent(() => import('./ResurveyPages.tsx'), 'AmendPage')
const LettersPage = lazyRouteComponent(() => import('./LettersPage.tsx'), 'LettersPage')
const LetterBatchPage = lazyRouteComponent(() => import('./LettersPage.tsx'), 'LetterBatchPage')
const AppointmentsPage = lazyRouteComponent(() => import('./AppointmentsPage.tsx'), 'AppointmentsPage')
const TermsPage = lazyRouteComponent(() => import('./TermsPage.tsx'), 'TermsPage')
const ReportsPage = lazyRouteComponent(() => import('./ReportsPage.tsx'), 'ReportsPage')
const NewReportPage = lazyRouteComponent(() => import('./NewReportPage.tsx'), 'NewReportPage')
const ReportPage = lazyRouteComponent(() => import('./ReportPage.tsx'), 'ReportPage')
const ReportIssuePage = lazyRouteComponent(() => import('./ReportPage.tsx'), 'ReportIssuePage')
const WithdrawReportPage = lazyRouteComponent(() => import('./ReportPage.tsx'), 'WithdrawReportPage')

const pages = [
  ['/risai', ApplicationsPage],
  ['/risai/new', NewApplicationPage],
  ['/risai/applications/$applicationId', ApplicationPage],
  ['/risai/applications/$applicationId/correct', CorrectPage],
  ['/risai/applications/$applicationId/reject', RejectPage],
  ['/risai/applications/$applicationId/withdraw', WithdrawPage],
  ['/risai/applications/$applicationId/grade', GradePage],
  ['/risai/applications/$applicationId/decide', DecidePage],
  ['/risai/applications/$applicationId/withdraw-certificate', WithdrawCertificatePage],
  ['/risai/applications/$applicationId/issue', IssuePage],
  ['/risai/applications/$applicationId/resurvey', ResurveyPage],
  ['/risai/applications/$applicationId/resurvey-result', ResurveyResultPage],
  ['/risai/applications/$applicationId/amend', AmendPage],
  ['/risai/letters', LettersPage],
  ['/risai/letters/$batchId', LetterBatchPage],
  ['/risai/appointments', AppointmentsPage],
  ['/risai/terms', TermsPage],
  ['/risai/batches', BatchesPage],
  ['/risai/batches/$batchId', BatchPage],
  ['/hisai', ReportsPage],
  ['/hisai/new', NewReportPage],
  ['/hisai/reports/$reportId', ReportPage],
  ['/hisai/reports/$reportId/issue', ReportIssuePage],
  ['/hisai/reports/$reportId/withdraw', WithdrawReportPage],
] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    { label: '罹災証明書', to: '/risai', group: '罹災証明・被災証明', order: 30, needs: listApplications },
    { label: '被災証明書', to: '/hisai', group: '罹災証明・被災証明', order: 31, needs: listReports },
  ],
  tiles: [
    {
      title: '罹災証明書',
      to: '/risai',
      description: '申請の受付、被害の程度の入力、交付の決定、証明書の交付を行います。',
      group: '罹災証明・被災証明',
      order: 30,
      needs: listApplications,
    },
    {
      title: '被災証明書',
      to: '/hisai',
      description: '非住家・家財・車両などの被害の届出を受け付け、届出があったことの証明書を交付します。',
      group: '罹災証明・被災証明',
      order: 31,
      needs: listReports,
    },
  ],
  panels: {
    facts: Object.fromEntries(
      Object.entries({ ...risaiFacts, ...reportsFacts }).map(([kind, label]) => [
        kind,
        {
          label,
          describe: factText,
          ...(kind === 'risai.graded'
            ? { picked: { title: '住家の被害の程度', code: 'grade', options: damageGrades } }
            : {}),
        },
      ]),
    ),
    victimPage: [
      {
        key: 'risai',
        title: '罹災証明書の申請',
        order: 10,
        Panel: ApplicationsPanel,
        needs: listApplications,
      },
      { key: 'reports', title: '被災届出', order: 11, Panel: ReportsPanel, needs: listReports },
    ],
  },
}
