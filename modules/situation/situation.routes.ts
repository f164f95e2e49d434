import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import * as damage from './damage.actions.ts'
import * as damageContract from './damage.contract.ts'
import * as actions from './situation.actions.ts'
import * as contract from './situation.contract.ts'

/** `engine` prints the reports. */
export function situationRoutes(engine: Pick<PdfEngine, 'render'>): readonly Route[] {
  return [
    route(contract.countWork, actions.countWork),
    route(contract.listWork, actions.listWork),
    route(contract.exportWorkCsv, actions.exportWorkCsv),
    route(contract.exportWorkXlsx, actions.exportWorkXlsx),
    route(contract.getProgress, actions.getProgress),
    route(contract.getTimes, actions.getTimes),
    route(damageContract.getDamageReport, damage.getDamageReport),
    route(damageContract.tellFigure, damage.tellFigure),
    route(damageContract.makeDamageReport, damage.makeDamageReport),
    route(damageContract.listDamageRows, damage.listDamageRows),
    route(damageContract.exportDamageCsv, damage.exportDamageCsv),
    route(damageContract.exportDamageXlsx, damage.exportDamageXlsx),
    route(damageContract.exportDamagePdf, (ctx, input) => damage.exportDamagePdf(ctx, engine, input)),
  ]
}
