import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './municipalities.actions.ts'
import * as contract from './municipalities.contract.ts'
import { requireLedgerOpen } from './openings.actions.ts'

export const municipalitiesRoutes: readonly Route[] = [
  route(contract.getMunicipalitySettings, actions.getMunicipalitySettings),
  route(contract.changeMunicipalitySetting, actions.changeMunicipalitySetting),
]

/** Routes of 被災者支援, which outside its hours are open only where the centre's operator opened them. */
export function withinLedgerHours(routes: readonly Route[]): readonly Route[] {
  return routes.map((bound): Route => ({
    ...bound,
    async action(ctx, input) {
      await requireLedgerOpen(ctx)
      return await bound.action(ctx, input)
    },
  }))
}
