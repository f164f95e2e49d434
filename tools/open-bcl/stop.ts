import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { setStop } from '@open-bcl/modules/certificates/stops.actions.ts'
import {
  certificateKinds,
  type CertificateKindCode,
} from '@open-bcl/modules/municipalities/municipalities.ts'
import { municipalityOf, openInstallation, Refusal, say } from './installation.ts'

const reasons = ['maintenance', 'failure', 'anomaly']

/** `open-bcl stop-issuing`: the operator registers the maintenance on behalf of a town (手引き 6.2); the town lifts it. */
export async function stopIssuing(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { municipality: { type: 'string' }, reason: { type: 'string' }, kind: { type: 'string' } },
  })
  const municipality = municipalityOf(values.municipality)
  const reason = values.reason ?? ''
  if (!reasons.includes(reason))
    throw new Refusal(`--reason には ${reasons.join('、')} のどれかを指定してください。`)
  if (values.kind !== undefined && !(values.kind in certificateKinds))
    throw new Refusal(`--kind には ${Object.keys(certificateKinds).join('、')} のどれかを指定してください。`)
  const kind = (values.kind ?? null) as CertificateKindCode | null
  const installation = openInstallation('stop-issuing')
  try {
    const stopId = randomBytes(16).toString('hex')
    await installation.as(municipality, (ctx) => setStop(ctx, { stopId, setBy: 'operator', reason, kind }))
    say(
      `${municipality} の${kind === null ? 'すべての証明書' : certificateKinds[kind].ja}の交付を止めました。団体の連絡先にメールで知らせます。再開は団体が行います。`,
    )
  } finally {
    await installation.close()
  }
}
