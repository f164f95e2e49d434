import { createHash } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { appendSignature } from '@open-bcl/platform/pdf/signed-pdf.ts'
import { accessProblems } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { certificateKinds } from '../municipalities/municipalities.ts'
import type { Issuing } from './before-freezing.actions.ts'
import { allowIssue } from './certificates.actions.ts'
import { certificatesProblems } from './certificates.messages.ts'
import { findArtefact, findPdf, listStates } from './certificates.store.ts'
import { paperKey } from './paper-keys.actions.ts'
import { keepCertificate } from './paper-keys.store.ts'
import { issueShowsProtected } from './protected-people.actions.ts'
import type * as contract from './signature.contract.ts'
import { signatureEvents, signatureProblems } from './signature.messages.ts'
import { makePaperCertificate, signDetached } from './signature.ts'
import { standstillCode } from './stops.actions.ts'

/** What was delivered and is still in force, signed now with the town's key in use. */
export async function getSignedDocument(
  ctx: Ctx,
  issuing: Issuing,
  { transactionId }: InputOf<typeof contract.getSignedDocument>,
): Promise<Binary> {
  const issue = await allowIssue(ctx, issuing, transactionId)
  const states = (await listStates(ctx.tx, transactionId)).map(({ state }) => state)
  const present = states.at(-1)
  if (
    !states.includes('delivered') ||
    (present !== 'delivered' && present !== 'paid' && present !== 'printed')
  )
    throw new Problem(certificatesProblems.badState)
  const keys = await ctx.keys()
  const [artefact, pdf] = [
    await findArtefact(ctx.tx, transactionId),
    await findPdf(ctx.tx, keys, transactionId, todayInJapan(ctx.now)),
  ]
  if (!artefact || pdf === null) throw new Problem(signatureProblems.noBytes)
  if (await issueShowsProtected(ctx, issuing, issue)) throw new Problem(accessProblems.suppressed)
  if ((await standstillCode(ctx, issue.kind)) !== null) throw new Problem(certificatesProblems.stopped)
  // What is signed is what was checked and delivered, to the byte.
  if (createHash('sha256').update(pdf).digest('hex') !== artefact.pdfSha256)
    throw new Error('the archived bytes are not those that were delivered')
  const town = await getMunicipality(ctx)
  const municipalityName = town.prefecture + town.name
  const key = await paperKey(ctx)
  const certificate =
    key.certificate ??
    (await keepCertificate(
      ctx.tx,
      key.keyId,
      await makePaperCertificate({
        ...key,
        ...{ municipalityCode: ctx.municipality, municipalityName },
        notBefore: new Date(`${key.fromOn}T00:00:00+09:00`),
      }),
    ))
  const note = { signedAt: ctx.now, name: municipalityName, reason: '交付した証明書の記録' }
  const signed = await appendSignature(pdf, note, (bytes) => signDetached(bytes, { ...key, certificate }))
  await audit(ctx, signatureEvents.signed, {
    purpose: 'certificate',
    subjects: [{ kind: 'issue', id: transactionId }],
    facts: { keyId: key.keyId },
  })
  return { bytes: signed, fileName: `${certificateKinds[issue.kind].ja}（署名付き）.pdf` }
}
