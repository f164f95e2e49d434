import type { FastifyInstance } from 'fastify'
import { Problem } from '@open-bcl/core/problem.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { BackPages } from './backpage.actions.ts'
import * as contract from './backpage.contract.ts'

export { openBackPages, type BackPageOptions, type BackPages } from './backpage.actions.ts'

/** What anybody may ask about a paper in their hand. */
export function serveBackPages(app: FastifyInstance, backPages: BackPages): void {
  app.get(contract.listBackPageKeys.path, async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send(contract.listBackPageKeys.output.parse(await backPages.listKeys())),
  )
  app.post(contract.openBackPage.path, async (request, reply) => {
    const input = contract.openBackPage.input.safeParse(request.body)
    if (!input.success) throw new Problem(platformProblems.invalidInput)
    return await reply
      .header('cache-control', 'no-store')
      .send(contract.openBackPage.output.parse(await backPages.open(input.data)))
  })
}
