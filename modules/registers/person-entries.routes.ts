import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import { revealEntries } from './person-entries.actions.ts'
import * as contract from './person-entries.contract.ts'

export const personEntriesRoutes: readonly Route[] = [route(contract.revealEntries, revealEntries)]
