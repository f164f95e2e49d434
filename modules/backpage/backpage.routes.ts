import type { FastifyInstance } from 'fastify'
import {
  centerRoute,
  serveCenter,
  type CenterRoute,
  type CenterRuntime,
} from '@open-bcl/platform/http/serve-center.ts'
import type { BackPages } from './backpage.actions.ts'
import * as contract from './backpage.contract.ts'
import { PAGE_PATH } from './backpage.ts'

export { openBackPages, type BackPageOptions, type BackPages } from './backpage.actions.ts'

/** What anybody may ask about a paper in their hand. */
export function backPageRoutes(backPages: Pick<BackPages, 'listKeys' | 'open'>): readonly CenterRoute[] {
  return [
    centerRoute(contract.listBackPageKeys, () => backPages.listKeys()),
    centerRoute(contract.openBackPage, (_ctx, input) => backPages.open(input)),
  ]
}

/** Everything of back pages that a browser asks for. */
export function serveBackPages(app: FastifyInstance, runtime: CenterRuntime, backPages: BackPages): void {
  for (const route of backPageRoutes(backPages)) serveCenter(app, runtime, async () => null, route)
  // The page reads 2-D codes with WebAssembly, which no other page may run.
  app.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.url !== PAGE_PATH) return
    const policy = reply.getHeader('content-security-policy')
    void reply.header('content-security-policy', `${String(policy)};script-src 'self' 'wasm-unsafe-eval'`)
  })
}
