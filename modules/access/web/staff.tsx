import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listAudit } from '../audit-trail.contract.ts'
import { searchStaff } from '../staff.contract.ts'
import { listTerminals } from '../terminals.contract.ts'

const AuditPage = lazyRouteComponent(() => import('./AuditPage.tsx'), 'AuditPage')
const AuditExtractPage = lazyRouteComponent(() => import('./AuditExtractPage.tsx'), 'AuditExtractPage')
const AuditKeepingPage = lazyRouteComponent(() => import('./AuditKeepingPage.tsx'), 'AuditKeepingPage')
const StaffListPage = lazyRouteComponent(() => import('./StaffListPage.tsx'), 'StaffListPage')
const NewStaffPage = lazyRouteComponent(() => import('./NewStaffPage.tsx'), 'NewStaffPage')
const StaffImportPage = lazyRouteComponent(() => import('./StaffImportPage.tsx'), 'StaffImportPage')
const StaffPage = lazyRouteComponent(() => import('./StaffPage.tsx'), 'StaffPage')
const RolesPage = lazyRouteComponent(() => import('./RolesPage.tsx'), 'RolesPage')
const NewRolePage = lazyRouteComponent(() => import('./RolePage.tsx'), 'NewRolePage')
const RolePage = lazyRouteComponent(() => import('./RolePage.tsx'), 'RolePage')
const DutiesPage = lazyRouteComponent(() => import('./DutiesPage.tsx'), 'DutiesPage')
const TerminalsPage = lazyRouteComponent(() => import('./TerminalsPage.tsx'), 'TerminalsPage')
const NewTerminalPage = lazyRouteComponent(() => import('./TerminalsForms.tsx'), 'NewTerminalPage')
const EnrolTerminalPage = lazyRouteComponent(() => import('./EnrolTerminalPages.tsx'), 'EnrolTerminalPage')
const RenewTerminalPage = lazyRouteComponent(() => import('./EnrolTerminalPages.tsx'), 'RenewTerminalPage')
const NewHolderPage = lazyRouteComponent(() => import('./TerminalsForms.tsx'), 'NewHolderPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/audit', component: AuditPage }),
    createRoute({ getParentRoute: () => root, path: '/audit/extract', component: AuditExtractPage }),
    createRoute({ getParentRoute: () => root, path: '/audit/keeping', component: AuditKeepingPage }),
    createRoute({ getParentRoute: () => root, path: '/users', component: StaffListPage }),
    createRoute({ getParentRoute: () => root, path: '/users/new', component: NewStaffPage }),
    createRoute({ getParentRoute: () => root, path: '/users/import', component: StaffImportPage }),
    createRoute({ getParentRoute: () => root, path: '/users/$staffId', component: StaffPage }),
    createRoute({ getParentRoute: () => root, path: '/roles', component: RolesPage }),
    createRoute({ getParentRoute: () => root, path: '/roles/new', component: NewRolePage }),
    createRoute({ getParentRoute: () => root, path: '/roles/$role', component: RolePage }),
    createRoute({ getParentRoute: () => root, path: '/duties', component: DutiesPage }),
    createRoute({ getParentRoute: () => root, path: '/terminals', component: TerminalsPage }),
    createRoute({ getParentRoute: () => root, path: '/terminals/new', component: NewTerminalPage }),
    createRoute({ getParentRoute: () => root, path: '/terminals/enrol', component: EnrolTerminalPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/terminals/$terminalId/renew',
      component: RenewTerminalPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/terminals/holders/new', component: NewHolderPage }),
  ],
  menu: [
    { label: 'ユーザ管理', to: '/users', group: 'システム管理', order: 920, needs: searchStaff },
    { label: '監査記録', to: '/audit', group: 'システム管理', order: 940, needs: listAudit },
    {
      label: '端末と個人番号の実施者',
      to: '/terminals',
      group: 'システム管理',
      order: 930,
      needs: listTerminals,
    },
  ],
  tiles: [
    {
      title: 'ユーザ管理',
      to: '/users',
      description: '職員の登録、異動、停止、退職と、役割・権限の割当てを行います。',
      group: 'システム管理',
      order: 920,
      needs: searchStaff,
    },
    {
      title: '監査記録',
      to: '/audit',
      description: '誰が誰の情報を見たか、何をしたかを調べ、書き出し、本人への写しを作ります。',
      group: 'システム管理',
      order: 940,
      needs: listAudit,
    },
    {
      title: '端末と個人番号の実施者',
      to: '/terminals',
      description:
        '業務に使う端末を証明書で登録し、取り消します。個人番号を表示できる職員を期限を決めて指定します。',
      group: 'システム管理',
      order: 930,
      needs: listTerminals,
    },
  ],
}
