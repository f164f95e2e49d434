import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as arrivalActions from './arrivals.actions.ts'
import * as arrivals from './arrivals.contract.ts'
import * as contract from './evacuees.contract.ts'
import { readTransferFile } from './incoming.actions.ts'
import { listTransferTowns, registerTransferTown } from './towns.actions.ts'
import * as transfers from './transfers.actions.ts'

export const evacueesRoutes: readonly Route[] = [
  route(contract.listTransferTowns, listTransferTowns),
  route(contract.registerTransferTown, registerTransferTown),
  route(contract.prepareTransfer, transfers.prepareTransfer),
  route(contract.listTransfers, transfers.listTransfers),
  route(contract.listTransfersOf, transfers.listTransfersOf),
  route(contract.getTransfer, transfers.getTransfer),
  route(contract.sendTransfer, transfers.sendTransfer),
  route(contract.withdrawTransfer, transfers.withdrawTransfer),
  route(contract.getTransferFile, transfers.getTransferFile),
  route(contract.readTransferFile, readTransferFile),
  route(arrivals.listArrivals, arrivalActions.listArrivals),
  route(arrivals.getArrival, arrivalActions.getArrival),
  route(arrivals.takeOverArrival, arrivalActions.takeOverArrival),
  route(arrivals.returnArrival, arrivalActions.returnArrival),
  route(arrivals.reportArrival, arrivalActions.reportArrival),
]
