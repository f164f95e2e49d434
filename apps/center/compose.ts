import type { FastifyInstance } from 'fastify'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { backPageRoutes } from '@open-bcl/modules/backpage/backpage.routes.ts'
import { billingRoutes, type Papers } from '@open-bcl/modules/billing/billing.routes.ts'
import { accessGrantRoutes } from '@open-bcl/modules/center/access-grants.routes.ts'
import { announcementRoutes } from '@open-bcl/modules/center/announcements.routes.ts'
import { consoleRoutes } from '@open-bcl/modules/center/console.routes.ts'
import { incidentRoutes } from '@open-bcl/modules/center/incidents.routes.ts'
import { registryRoutes, type PeopleSide } from '@open-bcl/modules/center/registry.routes.ts'
import { authenticateStaff, staffSignInRoutes } from '@open-bcl/modules/center/staff-sign-in.routes.ts'
import { serveCenter, type CenterRoute, type CenterRuntime } from '@open-bcl/platform/http/serve-center.ts'

export type CenterSide = PeopleSide & {
  /** Makes the files of statements and statistics. */
  readonly papers: Papers
}

/** Every endpoint of the centre that people use. Tests and the permission table walk this very list. */
export function centerRoutes(side: CenterSide): readonly CenterRoute[] {
  return [
    ...staffSignInRoutes(side),
    ...registryRoutes(side),
    ...incidentRoutes,
    ...consoleRoutes,
    ...announcementRoutes,
    ...accessGrantRoutes(side),
    ...billingRoutes(side.papers),
  ]
}

/** Every endpoint that people use, without a process behind it: for docs. */
export function centerEndpoints(): Endpoint[] {
  const factor = { origins: [], keys: [], required: false }
  const routes = centerRoutes({ centre: null as never, papers: null as never, test: false, factor })
  return [...routes, ...backPageRoutes(null as never)].map(({ endpoint }) => endpoint)
}

export function servePeople(app: FastifyInstance, runtime: CenterRuntime, side: CenterSide): void {
  for (const route of centerRoutes(side)) serveCenter(app, runtime, authenticateStaff, route)
}
