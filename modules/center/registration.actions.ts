import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { offerAt } from './availability.actions.ts'
import { inSession, type Centre } from './center.actions.ts'
import type { Kiosk } from './center.ts'
import { centerProblems as problems } from './center.messages.ts'
import { spokenRefusal, townNotServed } from './codes.ts'
import type * as contract from './registration.contract.ts'
import { askIssuer } from './relay.actions.ts'
import { challengeOf } from './session.actions.ts'
import * as sessions from './sessions.store.ts'

/** The card is checked like any other; then the town's own server gets the application, and nothing of it stays here. */
export async function applyForUse(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.applyForUse>,
): Promise<OutputOf<typeof contract.applyForUse>> {
  const { sessionId, municipalityCode, applicationId, certificateBase64, signatureBase64, ...words } = input
  const { session, offered } = await inSession(centre, kiosk, sessionId, async (tx, session) => ({
    session,
    offered: await offerAt(tx, centre, kiosk, municipalityCode),
  }))
  if (offered.closed !== null) return offered.closed
  const route = offered.routes.find(({ kind, issuer }) => kind === 'koseki' && issuer === 'own')
  if (!route) return townNotServed
  const challenge = challengeOf(centre, session)
  if (challenge === null || session.authenticatedAt !== null) throw new Problem(problems.wrongStep)
  const checked = await centre.checkCard(
    {
      certificateDer: Buffer.from(certificateBase64, 'base64'),
      signature: Buffer.from(signatureBase64, 'base64'),
      challenge,
    },
    ({ nonce }) => inCenter(centre.pool, (tx) => sessions.useChallenge(tx, sessionId, nonce, centre.now())),
  )
  if (checked.kind === 'refused') return spokenRefusal(checked.code)
  const answer = await askIssuer(centre, route.endpoint, 'applyForUse', {
    ...{ municipalityCode, certificate: checked.key, ...words },
    applicationId: applicationId.replaceAll('-', ''),
  })
  return answer.kind === 'refused' ? spokenRefusal(answer.code) : { kind: 'application', state: answer.state }
}
