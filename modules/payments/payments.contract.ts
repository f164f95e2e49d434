import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { YenField } from '../support/programmes.contract.ts'
import { SupportIdField } from '../support/support.contract.ts'
import { supportProblems } from '../support/support.messages.ts'
import { paymentsProblems as problems } from './payments.messages.ts'
import {
  blocks,
  itemStates,
  returnCodes,
  runStates,
  warnings,
  type AwardId,
  type Block,
  type ItemState,
  type PaymentRunId,
  type ReturnCode,
  type RunState,
  type Warning,
} from './payments.ts'

const RunIdField = z.uuid() as unknown as z.ZodType<PaymentRunId, string>
const AwardIdField = z.uuid() as unknown as z.ZodType<AwardId, string>
const codesOf = <V extends string>(options: readonly { readonly value: V }[]) =>
  options.map(({ value }) => value) as [V, ...V[]]
const words = (max: number) => z.string().trim().max(max, `${max}文字以内で入力してください`)

const Bank = {
  bankCode: words(4).meta({ title: '金融機関コード' }),
  bankName: words(30).meta({ title: '金融機関名（カナ）' }),
  branchCode: words(3).meta({ title: '支店コード' }),
  branchName: words(30).meta({ title: '支店名（カナ）' }),
  accountType: z.enum(['1', '2', '4']).meta({ title: '預金種目' }),
  accountNo: words(7).meta({ title: '口座番号' }),
}
export const AccountField = z.object({ ...Bank, holder: words(60).meta({ title: '口座名義（カナ）' }) })
export const RemitterField = z.object({
  ...Bank,
  code: words(10).meta({ title: '委託者コード' }),
  name: words(60).meta({ title: '依頼人名（カナ）' }),
})

export const getRemitter = endpoint({
  name: 'getRemitter',
  method: 'GET',
  path: '/api/payments/remitter',
  title: '振込依頼人',
  permission: 'payments.view',
  input: z.object({}),
  output: z.object({ remitterVersion: z.int(), remitter: RemitterField.nullable() }),
})

export const setRemitter = endpoint({
  name: 'setRemitter',
  method: 'POST',
  path: '/api/payments/remitter',
  title: '振込依頼人の登録',
  permission: 'payments.settings',
  input: z.object({ remitterVersion: z.int().min(0), remitter: RemitterField }),
  output: z.object({ remitterVersion: z.int() }),
  problems: [problems.wrongAccount],
})

const ItemView = z.object({
  itemNo: z.int(),
  supportId: z.string(),
  programmeTitle: z.string(),
  applicantName: z.string(),
  amountYen: z.number(),
  itemState: z.enum(codesOf<ItemState>(itemStates)),
  returnCode: z.enum(codesOf<ReturnCode>(returnCodes)).nullable(),
})

export const getPayments = endpoint({
  name: 'getPayments',
  method: 'GET',
  path: '/api/support-applications/:supportId/payments',
  title: '申請の口座と支払の状態',
  permission: 'payments.view',
  input: z.object({ supportId: SupportIdField }),
  output: z.object({
    supportId: z.string(),
    programmeTitle: z.string(),
    applicantName: z.string(),
    suppressed: z.boolean(),
    accountVersion: z.int(),
    /** Of a protected person bank, branch and number stay closed (''). */
    account: AccountField.nullable(),
    warnings: z.array(z.enum(codesOf<Warning>(warnings))),
    cleared: z.array(z.enum(codesOf<Warning>(warnings))),
    payments: z.array(
      z.object({
        awardId: z.string(),
        kind: z.enum(['grant', 'extra', 'claim-back']),
        amountYen: z.number(),
        /** `null` = not in a run yet. */
        itemState: z.enum(codesOf<ItemState>(itemStates)).nullable(),
        transferOn: z.string().nullable(),
        repaidYen: z.number(),
        /** Of the newest transfer, and what is to be paid now: less than the award where a 返還 is taken off. */
        itemYen: z.number().nullable(),
        dueYen: z.number(),
      }),
    ),
  }),
  problems: [supportProblems.notFound],
})

export const saveAccount = endpoint({
  name: 'saveAccount',
  method: 'POST',
  path: '/api/support-applications/:supportId/account',
  title: '振込先口座の登録',
  permission: 'payments.prepare',
  input: z.object({ supportId: SupportIdField, accountVersion: z.int().min(0), account: AccountField }),
  output: z.object({ accountVersion: z.int() }),
  problems: [supportProblems.notFound, problems.wrongAccount],
})

export const clearWarning = endpoint({
  name: 'clearWarning',
  method: 'POST',
  path: '/api/support-applications/:supportId/account-warnings',
  title: '口座の警告の確認',
  permission: 'payments.approve',
  input: z.object({
    supportId: SupportIdField,
    accountVersion: z.int().min(1),
    warning: z.enum(codesOf<Warning>(warnings)),
    reason: words(300).min(1, '確認した内容を入力してください').meta({ title: '確認した内容' }),
  }),
  output: z.object({ cleared: z.boolean() }),
  problems: [supportProblems.notFound],
})

export const planRun = endpoint({
  name: 'planRun',
  method: 'GET',
  path: '/api/disasters/:disasterId/payment-plan',
  title: '支払の試算（重複・口座の確認）',
  permission: 'payments.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    ready: z.int(),
    readyYen: z.number(),
    blocked: z.int(),
    blockedYen: z.number(),
    remitter: z.boolean(),
    rows: z.array(
      z.object({
        awardId: z.string(),
        supportId: z.string(),
        programmeTitle: z.string(),
        applicantName: z.string(),
        amountYen: z.number(),
        kind: z.enum(['grant', 'extra']),
        blocks: z.array(z.enum(codesOf<Block>(blocks))),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

export const makeRun = endpoint({
  name: 'makeRun',
  method: 'POST',
  path: '/api/disasters/:disasterId/payment-runs',
  title: '支払の作成',
  permission: 'payments.prepare',
  input: z.object({
    disasterId: DisasterIdField,
    transferOn: Day.meta({ title: '振込日' }),
    /** As the clerk saw them in the plan. */
    ready: z.int().min(1),
    readyYen: YenField,
  }),
  output: z.object({ paymentRunId: z.string(), version: z.int() }),
  problems: [
    disastersProblems.notFound,
    problems.noRemitter,
    problems.nothingToPay,
    problems.planChanged,
    problems.beforeToday,
  ],
})

const RunView = z.object({
  paymentRunId: z.string(),
  transferOn: z.string(),
  runState: z.enum(codesOf<RunState>(runStates)),
  version: z.int(),
  items: z.int(),
  totalYen: z.number(),
  madeAt: z.string(),
  madeBy: z.string(),
  approvedBy: z.string().nullable(),
  exports: z.int(),
})

export const listRuns = endpoint({
  name: 'listRuns',
  method: 'GET',
  path: '/api/disasters/:disasterId/payment-runs',
  title: '支払の一覧',
  permission: 'payments.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ runs: z.array(RunView) }),
  problems: [disastersProblems.notFound],
})

export const getPaymentRun = endpoint({
  name: 'getPaymentRun',
  method: 'GET',
  path: '/api/payment-runs/:paymentRunId',
  title: '支払の内容',
  permission: 'payments.view',
  input: z.object({ paymentRunId: RunIdField }),
  output: RunView.extend({ mayApprove: z.boolean(), rows: z.array(ItemView) }),
  problems: [problems.runNotFound],
})

const seen = { paymentRunId: RunIdField, version: z.int().min(1) }
const RunChanged = z.object({
  paymentRunId: z.string(),
  runState: z.enum(codesOf<RunState>(runStates)),
  version: z.int(),
})

export const approveRun = endpoint({
  name: 'approveRun',
  method: 'POST',
  path: '/api/payment-runs/:paymentRunId/approval',
  title: '支払の承認',
  permission: 'payments.approve',
  input: z.object(seen),
  output: RunChanged,
  problems: [
    problems.runNotFound,
    problems.samePerson,
    problems.wrongState,
    problems.stale,
    problems.noRemitter,
  ],
})

export const cancelRun = endpoint({
  name: 'cancelRun',
  method: 'POST',
  path: '/api/payment-runs/:paymentRunId/cancellation',
  title: '支払の取消（承認前）',
  permission: 'payments.prepare',
  input: z.object(seen),
  output: RunChanged,
  problems: [problems.runNotFound, problems.wrongState],
})

export const exportRun = endpoint({
  name: 'exportRun',
  method: 'GET',
  path: '/api/payment-runs/:paymentRunId/file',
  title: '振込データの出力（全銀協規定形式）',
  permission: 'payments.export',
  input: z.object({ paymentRunId: RunIdField }),
  output: z.object({}),
  produces: 'application/octet-stream',
  problems: [problems.runNotFound, problems.wrongState, problems.fileDiffers, problems.noRemitter],
})

const Returned = z.object({
  itemNo: z.int().min(1),
  returnCode: z.enum(codesOf<ReturnCode>(returnCodes)).meta({ title: '振込不能の理由' }),
})

export const settleRun = endpoint({
  name: 'settleRun',
  method: 'POST',
  path: '/api/payment-runs/:paymentRunId/results',
  title: '振込の結果の登録',
  permission: 'payments.prepare',
  input: z.object({ ...seen, returned: z.array(Returned).max(10_000).meta({ title: '振込不能' }) }),
  output: RunChanged,
  problems: [problems.runNotFound, problems.wrongState, problems.notTakenOut],
})

export const returnTransfer = endpoint({
  name: 'returnTransfer',
  method: 'POST',
  path: '/api/payment-runs/:paymentRunId/returns',
  title: '後から届いた振込不能の登録',
  permission: 'payments.prepare',
  input: z.object({ ...seen, ...Returned.shape }),
  output: RunChanged,
  problems: [problems.runNotFound, problems.wrongState],
})

export const listClaimBacks = endpoint({
  name: 'listClaimBacks',
  method: 'GET',
  path: '/api/disasters/:disasterId/claim-backs',
  title: '返還を求めている支給の一覧',
  permission: 'payments.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    claimBacks: z.array(
      z.object({
        awardId: z.string(),
        supportId: z.string(),
        programmeTitle: z.string(),
        applicantName: z.string(),
        amountYen: z.number(),
        repaidYen: z.number(),
        /** What still has to come back as money; what else is open is taken off what is still to be paid. */
        stillYen: z.number(),
        decidedAt: z.string(),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

export const recordRepayment = endpoint({
  name: 'recordRepayment',
  method: 'POST',
  path: '/api/claim-backs/:awardId/repayments',
  title: '返還金の入金の登録',
  permission: 'payments.prepare',
  input: z.object({
    awardId: AwardIdField,
    amountYen: YenField.min(1).meta({ title: '入金額' }),
    receivedOn: Day.meta({ title: '入金日' }),
  }),
  output: z.object({ repaidYen: z.number() }),
  problems: [problems.awardNotFound, problems.tooMuch, problems.beforeToday],
})
