import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import { listDays } from './days.actions.ts'
import { listLinkDays } from './days.contract.ts'

export const linkDaysRoutes: readonly Route[] = [route(listLinkDays, listDays)]
