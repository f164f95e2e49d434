import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import * as applications from './applications.actions.ts'
import * as differences from './differences.actions.ts'
import * as households from './households.actions.ts'
import { makeLetter } from './letter.actions.ts'
import * as matcher from './matcher.actions.ts'
import * as programmes from './programmes.actions.ts'
import * as offered from './programmes.contract.ts'
import * as contract from './support.contract.ts'

/** `engine` renders the letters. */
export function supportRoutes(engine: Pick<PdfEngine, 'render'>): readonly Route[] {
  return [
    route(offered.listProgrammes, programmes.listProgrammes),
    route(offered.recordGate, programmes.recordGate),
    route(offered.adviseGates, programmes.adviseGates),
    route(offered.setProgramme, programmes.setProgramme),
    route(offered.writeTownProgramme, programmes.writeTownProgramme),
    route(contract.getHouseholdSupport, households.getHouseholdSupport),
    route(contract.saveCircumstances, households.saveCircumstances),
    route(contract.applyForSupport, applications.applyForSupport),
    route(contract.listSupportApplications, applications.listSupportApplications),
    route(contract.getSupportApplication, applications.getSupportApplication),
    route(contract.proposeSupport, applications.proposeSupport),
    route(contract.decideSupport, applications.decideSupport),
    route(contract.withdrawSupport, applications.withdrawSupport),
    route(contract.getSupportLetter, (ctx, input) => makeLetter(ctx, engine, input)),
    route(contract.matchHouseholds, matcher.matchHouseholds),
    route(contract.listUnapplied, matcher.listUnapplied),
    route(contract.exportUnapplied, matcher.exportUnapplied),
    route(contract.listSupportDifferences, differences.listDifferences),
    route(contract.decideSupportDifference, differences.decideDifference),
  ]
}
