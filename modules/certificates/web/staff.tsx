import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listBlocks } from '../blocks.contract.ts'
import { issueAtCounter } from '../certificates.contract.ts'
import { listLayouts } from '../layout-acceptance.contract.ts'
import { previewIssue } from '../preview.contract.ts'
import { getIssuingSettings } from '../settings.contract.ts'
import { listSlips } from '../slips.contract.ts'
import { searchTransactions } from '../transactions.contract.ts'

const DeskPage = lazyRouteComponent(() => import('./DeskPage.tsx'), 'DeskPage')
const DeskPersonPage = lazyRouteComponent(() => import('./DeskPersonPage.tsx'), 'DeskPersonPage')
const SlipsPage = lazyRouteComponent(() => import('./SlipsPage.tsx'), 'SlipsPage')
const StatusPage = lazyRouteComponent(() => import('./StatusPage.tsx'), 'StatusPage')
const EvidencePage = lazyRouteComponent(() => import('./EvidencePage.tsx'), 'EvidencePage')
const IssuingSettingsPage = lazyRouteComponent(
  () => import('./IssuingSettingsPage.tsx'),
  'IssuingSettingsPage',
)
const IssuingSettingPage = lazyRouteComponent(() => import('./IssuingSettingPage.tsx'), 'IssuingSettingPage')
const BlocksPage = lazyRouteComponent(() => import('./BlocksPage.tsx'), 'BlocksPage')
const FindForBlockPage = lazyRouteComponent(() => import('./BlocksPage.tsx'), 'FindForBlockPage')
const PersonBlocksPage = lazyRouteComponent(() => import('./BlocksPage.tsx'), 'PersonBlocksPage')
const NewBlockPage = lazyRouteComponent(() => import('./NewBlockPage.tsx'), 'NewBlockPage')
const TransactionsPage = lazyRouteComponent(() => import('./TransactionsPage.tsx'), 'TransactionsPage')
const TransactionPage = lazyRouteComponent(() => import('./TransactionPage.tsx'), 'TransactionPage')
const FindForPreviewPage = lazyRouteComponent(() => import('./PreviewPage.tsx'), 'FindForPreviewPage')
const PreviewPage = lazyRouteComponent(() => import('./PreviewPage.tsx'), 'PreviewPage')
const LayoutsPage = lazyRouteComponent(() => import('./LayoutsPage.tsx'), 'LayoutsPage')

const group = '証明発行'
const entries = [
  {
    label: '窓口交付',
    to: '/certificates/desk',
    description: '住民を探し、証明書を作成して、手数料の受領と印刷を登録します。',
    order: 400,
    needs: issueAtCounter,
  },
  {
    label: 'らくらく窓口',
    to: '/certificates/slips',
    description:
      '端末で申請された証明書を、受付票と手数料と引換えに渡します。渡せなかったものの処分も登録します。',
    order: 405,
    needs: listSlips,
  },
  {
    label: '交付の状況',
    to: '/certificates/status',
    description: '証明書を交付できる状態かを確かめます。緊急停止、再開、不一致の検知の確認もここで行います。',
    order: 410,
    needs: getIssuingSettings,
  },
  {
    label: '発行禁止設定',
    to: '/certificates/blocks',
    description: '人または世帯への証明書の交付を禁止し、解除・一時解除します。',
    order: 420,
    needs: listBlocks,
  },
  {
    label: '取引情報参照',
    to: '/certificates/transactions',
    description: '窓口とキオスク端末の交付を検索し、一件ごとの経過と控えを確かめます。',
    order: 430,
    needs: searchTransactions,
  },
  {
    label: '証明発行DB参照',
    to: '/certificates/preview',
    description: 'いま交付すると何が印字されるか、何が交付を妨げているかを、交付せずに確かめます。',
    order: 440,
    needs: previewIssue,
  },
  {
    label: '証明発行設定',
    to: '/certificates/settings',
    description: '交付する証明書、記載、手数料、サービス時間を、適用日を決めて設定します。',
    order: 450,
    needs: getIssuingSettings,
  },
  {
    label: '様式の確認',
    to: '/certificates/layouts',
    description: '新しい様式を試験印刷で確かめ、確認を登録します。',
    order: 460,
    needs: listLayouts,
  },
] as const

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/certificates/status', component: StatusPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/alarms/$alarmId',
      component: EvidencePage,
    }),
    createRoute({ getParentRoute: () => root, path: '/certificates/desk', component: DeskPage }),
    createRoute({ getParentRoute: () => root, path: '/certificates/slips', component: SlipsPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/desk/$residentNo',
      component: DeskPersonPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/settings',
      component: IssuingSettingsPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/settings/$key',
      component: IssuingSettingPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/certificates/blocks', component: BlocksPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/blocks/find',
      component: FindForBlockPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/blocks/$residentNo',
      component: PersonBlocksPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/blocks/$residentNo/new',
      component: NewBlockPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/transactions',
      component: TransactionsPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/transactions/$transactionId',
      component: TransactionPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/certificates/preview', component: FindForPreviewPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/preview/$residentNo',
      component: PreviewPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/certificates/layouts', component: LayoutsPage }),
  ],
  menu: entries.map(({ label, to, order, needs }) => ({ label, to, group, order, needs })),
  tiles: entries.map(({ label, to, order, needs, description }) => ({
    title: label,
    to,
    group,
    order,
    needs,
    description,
  })),
}
