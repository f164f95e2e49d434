import type { FastifyInstance } from 'fastify'
import { authenticate } from '@open-bcl/modules/access/access.actions.ts'
import { accessRoutes } from '@open-bcl/modules/access/access.routes.ts'
import { municipalitiesRoutes } from '@open-bcl/modules/municipalities/municipalities.routes.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { openApi, openApiPage } from '@open-bcl/platform/http/openapi.ts'
import { serve, type Route } from '@open-bcl/platform/http/serve.ts'
import type { Job } from '@open-bcl/platform/jobs.ts'
import type { Runtime } from '@open-bcl/platform/runtime.ts'

/** Every route of the cloud. Tests walk this very list, so that what is added later is walked without anybody's act. */
export const cloudRoutes: readonly Route[] = [...accessRoutes, ...municipalitiesRoutes]

/** Every background job of the cloud. */
export const cloudJobs: readonly Job[] = []

export const cloudEndpoints: readonly Endpoint[] = cloudRoutes.map((bound) => bound.endpoint)

const TITLE = 'Open BCL 自治体基盤クラウド API'

export function composeCloud(app: FastifyInstance, runtime: Runtime): void {
  for (const bound of cloudRoutes) serve(app, runtime, authenticate, bound)
  app.get('/api/openapi.json', async () => openApi(TITLE, '0.1.0', cloudEndpoints))
  app.get('/api/docs', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(openApiPage(TITLE, cloudEndpoints)),
  )
}
