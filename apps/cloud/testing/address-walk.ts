import assert from 'node:assert/strict'
import { canaries } from '@open-bcl/demo/people.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { roles, type RoleName } from '@open-bcl/modules/access/roles.ts'
import { cloudEndpoints } from '../compose.ts'
import { leaksIn } from './leaks.ts'
import { onlyAsSampled, samples } from './walk-samples.ts'
import { newTransactionId, skipped, type WalkedTowns } from './walked-towns.ts'
import { walk, type Pool } from './walk.ts'

/** In the order in which a paper goes through their hands. */
export const actors: readonly RoleName[] = ['clerk', 'window', 'reviewer', 'admin']
const everyone = Object.keys(roles) as RoleName[]
/** Whoever only looks. */
export const onlookers = everyone.filter((role) => !actors.includes(role))

export type Pass = readonly [RoleName, 'life' | number]

/** Walks as everybody and searches whatever comes back, in any form, for the hidden addresses. */
export class AddressWalk {
  readonly reached = new Set<string>()
  readonly #towns: WalkedTowns
  readonly #hidden: readonly string[]
  readonly #skip: readonly string[]
  readonly #brief: boolean

  constructor(
    towns: WalkedTowns,
    options: {
      readonly hidden?: readonly string[]
      readonly skip?: readonly string[]
      readonly brief?: boolean
    } = {},
  ) {
    this.#towns = towns
    this.#hidden = [...canaries, ...(options.hidden ?? [])]
    this.#skip = [...skipped, ...(options.skip ?? [])]
    this.#brief = options.brief === true
  }

  /** What they made is walked by those who come after. */
  async along(pool: Pool, passes: readonly Pass[]): Promise<void> {
    for (const [role, order] of passes) {
      await this.as(role, pool, cloudEndpoints(), order)
      await this.#towns.runJobs()
    }
    const mails = this.#towns.sentMails.map((text) => ({ endpoint: 'mail', text, bytes: null }))
    assert.deepEqual(leaksIn(mails, this.#hidden), [])
  }

  async as(role: RoleName, pool: Pool, which: readonly Endpoint[], order: 'life' | number): Promise<void> {
    pool.add('transactionId', newTransactionId())
    // Which right is needed to issue hangs on the kind: the one that the role may issue comes first.
    pool.pin('kind', role === 'window' ? 'juminhyo' : 'risai')
    if (role === 'window') pool.pin('subjectId', pool.of('residentNo')[0]!)
    else pool.unpin('subjectId')
    const { cloud, hida } = this.#towns
    const browser = await cloud.signIn(hida.municipality.code, role)
    const walked = await walk(which, browser, pool, {
      order,
      skip: this.#skip,
      samples,
      onlyAsSampled,
      brief: this.#brief,
    })
    for (const name of walked.reached) this.reached.add(name)
    assert.deepEqual(leaksIn(walked.answers, this.#hidden), [])
    const broken = walked.answers.filter(({ status }) => status >= 500 && status !== 503)
    assert.deepEqual(
      broken.map(({ endpoint, status }) => `${endpoint} ${status}`),
      [],
    )
  }
}
