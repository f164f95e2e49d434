import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { certificatesProblems as problems } from './certificates.messages.ts'
import { TRANSACTION_ID } from './certificates.ts'
import { signatureProblems } from './signature.messages.ts'

/**
 * 署名付き文書: the bytes that were delivered, with the town's signature appended. Each time a new signature; the delivered
 * bytes stay as they are. The kind's own permission is needed, as for the document.
 */
export const getSignedDocument = endpoint({
  name: 'getSignedDocument',
  method: 'GET',
  path: '/api/certificates/issues/:transactionId/signed-document',
  title: '署名付き文書',
  permission: 'certificates.issue',
  input: z.object({ transactionId: z.string().regex(TRANSACTION_ID).meta({ title: '取引番号' }) }),
  output: z.object({}),
  produces: 'application/pdf',
  problems: [problems.badState, problems.stopped, signatureProblems.noBytes],
})
