import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './payments.actions.ts'
import * as contract from './payments.contract.ts'
import { planRun } from './plan.actions.ts'
import * as runs from './runs.actions.ts'

export const paymentsRoutes: readonly Route[] = [
  route(contract.getRemitter, actions.getRemitter),
  route(contract.setRemitter, actions.setRemitter),
  route(contract.getPayments, actions.getPayments),
  route(contract.saveAccount, actions.saveAccount),
  route(contract.clearWarning, actions.clearWarning),
  route(contract.planRun, planRun),
  route(contract.makeRun, runs.makeRun),
  route(contract.listRuns, runs.listRuns),
  route(contract.getPaymentRun, runs.getRun),
  route(contract.approveRun, runs.approveRun),
  route(contract.cancelRun, runs.cancelRun),
  route(contract.exportRun, runs.exportRun),
  route(contract.settleRun, runs.settleRun),
  route(contract.returnTransfer, runs.returnTransfer),
  route(contract.listClaimBacks, actions.listClaimBacks),
  route(contract.recordRepayment, actions.recordRepayment),
]
