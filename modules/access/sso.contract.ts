import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Session } from './session-view.contract.ts'
import { ssoProblems } from './sso.messages.ts'

/** Single sign-on by OpenID Connect: the town's provider says who somebody is, we know what that person may do. */

const municipalityCode = z
  .string()
  .regex(/^\d{6}$/, '6桁の数字で入力してください')
  .meta({ title: '団体コード' })

/** Asked by the sign-in page once it knows the town. Tells no more than beginning would: whoever is not served has it not. */
export const getSsoOffer = endpoint({
  name: 'getSsoOffer',
  method: 'GET',
  path: '/api/sso',
  title: '認証基盤でのログインを使う団体かどうか',
  permission: 'public',
  input: z.object({ municipalityCode }),
  output: z.object({ offered: z.boolean() }),
})

export const beginSso = endpoint({
  name: 'beginSso',
  method: 'POST',
  path: '/api/sso/begin',
  title: '認証基盤でのログインの始まり',
  permission: 'public',
  transaction: 'own',
  input: z.object({ municipalityCode }),
  /** Where the browser goes now. */
  output: z.object({ url: z.string() }),
  problems: [ssoProblems.notOffered, ssoProblems.providerAway],
})

export const finishSso = endpoint({
  name: 'finishSso',
  method: 'POST',
  path: '/api/sso/finish',
  title: '認証基盤でのログイン',
  permission: 'public',
  transaction: 'own',
  input: z.object({
    municipalityCode,
    /** The query of the address that the provider sent the browser back to, as it came. */
    query: z.string().max(8_000),
  }),
  output: Session,
  problems: [ssoProblems.notOffered, ssoProblems.providerAway, ssoProblems.refused],
})
