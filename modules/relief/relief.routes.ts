import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as contract from './relief.contract.ts'
import * as notes from './notes.actions.ts'
import * as passes from './passes.actions.ts'

/** Codes of cards are shown once: a repeated request does not show them again from its kept outcome. */
const shownOnce = { shownOnce: true } as const

export const reliefRoutes: readonly Route[] = [
  route(contract.makeHelperPasses, passes.makePasses, shownOnce),
  route(contract.renewHelperPass, passes.renewPass, shownOnce),
  route(contract.listHelperPasses, passes.listPasses),
  route(contract.revokeHelperPasses, passes.revokePasses),
  route(contract.enrolHelper, passes.enrolHelper),
  route(contract.returnHelper, passes.returnHelper),
  route(contract.writeNote, notes.writeNote),
  route(contract.listNotes, notes.listNotes),
  route(contract.finishNote, notes.finishNote),
]
