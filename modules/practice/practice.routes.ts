import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './practice.actions.ts'
import * as contract from './practice.contract.ts'

export const practiceRoutes: readonly Route[] = [
  route(contract.getPractice, actions.getPractice),
  route(contract.preparePractice, actions.preparePractice),
  // The answer opens a session: it is kept nowhere.
  route(contract.enterPractice, actions.enterPractice, { shownOnce: true }),
]
