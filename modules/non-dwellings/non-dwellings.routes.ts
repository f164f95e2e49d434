import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import { exportCsv, exportXlsx } from './export.actions.ts'
import * as actions from './non-dwellings.actions.ts'
import * as contract from './non-dwellings.contract.ts'

/** `shelf`: where photos are kept. */
export function nonDwellingsRoutes(shelf: () => Promise<actions.FileShelf>): readonly Route[] {
  return [
    route(contract.draftNonDwelling, actions.draftNonDwelling),
    route(contract.registerNonDwelling, actions.registerNonDwelling),
    route(contract.listNonDwellings, actions.listNonDwellings),
    route(contract.listNonDwellingOwners, actions.listNonDwellingOwners),
    route(contract.exportNonDwellingsCsv, exportCsv),
    route(contract.exportNonDwellingsXlsx, exportXlsx),
    route(contract.getNonDwelling, actions.getNonDwelling),
    route(contract.showProtectedNonDwelling, actions.showProtected),
    route(contract.changeNonDwelling, actions.changeNonDwelling),
    route(contract.recordFinding, actions.recordFinding),
    route(contract.addNonDwellingPhoto, async (ctx, input) => actions.addPhoto(ctx, await shelf(), input)),
    route(contract.getNonDwellingPhoto, async (ctx, input) => actions.getPhoto(ctx, await shelf(), input)),
    route(contract.reportNonDwelling, actions.reportNonDwelling),
  ]
}
