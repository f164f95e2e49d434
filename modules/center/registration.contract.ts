import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { centerProblems as problems } from './center.messages.ts'
import { Refusal } from './kiosk.contract.ts'
import { Day, Town } from './registry-fields.ts'

/**
 * 本籍地の利用登録 at a machine: a card holder who lives elsewhere asks the town of the 本籍 to know the card. What is written
 * goes to that town's issuing server and is kept nowhere here; the town's staff decide, some days later as a rule.
 */
export const applyForUse = endpoint({
  name: 'applyForUseAtKiosk',
  method: 'POST',
  path: '/api/kiosk/registration',
  title: '本籍地の利用登録の申請',
  permission: 'machine.kiosk',
  input: z.object({
    sessionId: z.uuid(),
    /** 本籍地の市区町村 */
    municipalityCode: Town,
    /** Made by the machine: the same application sent twice is one, and sent again later tells how it stands. */
    applicationId: z.uuid(),
    /** The card's answer to a fresh challenge of the session, as in `authenticate`. */
    certificateBase64: z.base64().max(12_000),
    signatureBase64: z.base64().max(1_000),
    registeredDomicile: z.string().trim().min(1).max(200),
    headOfRegister: z.string().trim().min(1).max(100),
    name: z.string().trim().min(1).max(100),
    birthOn: Day,
    phone: z.string().regex(/^[\d-]{9,15}$/),
  }),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('application'), state: z.enum(['waiting', 'approved', 'declined']) }),
    Refusal,
  ]),
  problems: [problems.sessionEnded, problems.wrongStep, problems.issuerUnreachable],
})
