import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './terminals.actions.ts'
import * as contract from './terminals.contract.ts'

/** `site`: who signs the certificates of terminals, and where they are used. */
export function terminalRoutes(site: actions.TerminalSite): readonly Route[] {
  const shownOnce = { shownOnce: true } as const
  return [
    route(contract.listTerminals, (ctx) => actions.listTerminals(ctx, site)),
    route(contract.enrolTerminal, (ctx, input) => actions.enrolTerminal(ctx, input, site), shownOnce),
    route(contract.renewTerminal, (ctx, input) => actions.renewTerminal(ctx, input, site), shownOnce),
    route(contract.registerTerminal, actions.registerTerminal),
    route(contract.revokeTerminal, actions.revokeTerminal),
    route(contract.listMyNumberHolders, actions.listMyNumberHolders),
    route(contract.assignMyNumberHolder, actions.assignMyNumberHolder),
    route(contract.endMyNumberHolder, actions.endMyNumberHolder),
  ]
}
