import { centerRoute, type CenterRoute } from '@open-bcl/platform/http/serve-center.ts'
import * as contract from './billing.contract.ts'
import { closeMonth, listMonths } from './closing.actions.ts'
import { openPapers, type Papers } from './papers.actions.ts'
import {
  getStatement,
  listStatementRows,
  listStatements,
  rowsFile,
  statementFile,
} from './statements.actions.ts'
import { getParticipation, getStatistics, participationFile, statisticsFile } from './statistics.actions.ts'
import {
  getBillingTown,
  getYear,
  recordContract,
  recordFinding,
  recordPopulation,
  settleYear,
  yearFile,
} from './years.actions.ts'

export { openPapers, type Papers }

export function billingRoutes(papers: Papers): readonly CenterRoute[] {
  return [
    centerRoute(contract.listMonths, listMonths),
    centerRoute(contract.closeMonth, closeMonth),
    centerRoute(contract.listStatements, listStatements),
    centerRoute(contract.getStatement, getStatement),
    centerRoute(contract.statementFiles.csv, (ctx, input) => statementFile(ctx, input, 'csv', papers)),
    centerRoute(contract.statementFiles.xlsx, (ctx, input) => statementFile(ctx, input, 'xlsx', papers)),
    centerRoute(contract.statementFiles.pdf, (ctx, input) => statementFile(ctx, input, 'pdf', papers)),
    centerRoute(contract.listStatementRows, listStatementRows),
    centerRoute(contract.rowsCsv, (ctx, input) => rowsFile(ctx, input, papers)),
    centerRoute(contract.getBillingTown, getBillingTown),
    centerRoute(contract.recordPopulation, recordPopulation),
    centerRoute(contract.recordContract, recordContract),
    centerRoute(contract.recordFinding, recordFinding),
    centerRoute(contract.getYear, getYear),
    centerRoute(contract.yearFiles.csv, (ctx, input) => yearFile(ctx, input, 'csv', papers)),
    centerRoute(contract.yearFiles.xlsx, (ctx, input) => yearFile(ctx, input, 'xlsx', papers)),
    centerRoute(contract.yearFiles.pdf, (ctx, input) => yearFile(ctx, input, 'pdf', papers)),
    centerRoute(contract.settleYear, settleYear),
    centerRoute(contract.getStatistics, getStatistics),
    centerRoute(contract.statisticsFiles.csv, (ctx, input) => statisticsFile(ctx, input, 'csv', papers)),
    centerRoute(contract.statisticsFiles.xlsx, (ctx, input) => statisticsFile(ctx, input, 'xlsx', papers)),
    centerRoute(contract.statisticsFiles.pdf, (ctx, input) => statisticsFile(ctx, input, 'pdf', papers)),
    centerRoute(contract.getParticipation, getParticipation),
    centerRoute(contract.participationFiles.csv, (ctx, input) =>
      participationFile(ctx, input, 'csv', papers),
    ),
    centerRoute(contract.participationFiles.xlsx, (ctx, input) =>
      participationFile(ctx, input, 'xlsx', papers),
    ),
    centerRoute(contract.participationFiles.pdf, (ctx, input) =>
      participationFile(ctx, input, 'pdf', papers),
    ),
  ]
}
