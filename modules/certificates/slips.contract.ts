import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Kind, TransactionId, Yen } from './certificates.contract.ts'
import { certificatesProblems as problems } from './certificates.messages.ts'
import { disposalReasons, type DisposalReason } from './slips.ts'

/** らくらく窓口, the staff's side: what was applied for at the terminals, and what became of it. */
const Slip = z.object({
  transactionId: TransactionId,
  number: z.string().meta({ title: '受付番号' }),
  onDate: z.iso.date().meta({ title: '受付日' }),
  kind: Kind,
  kioskId: z.string().nullable().meta({ title: '端末' }),
  copies: z.int().meta({ title: '部数' }),
  pages: z.int().meta({ title: 'ページ数' }),
  totalYen: z.int().meta({ title: '手数料' }),
  acceptedAt: z.iso.datetime().meta({ title: '受付日時' }),
  /** `null` = not printed yet. */
  insideAt: z.iso.datetime().nullable().meta({ title: '印刷日時' }),
  untilAt: z.iso.datetime().meta({ title: '受付票の期限' }),
  standing: z.enum(['waiting', 'expired', 'handed', 'disposed']).meta({ title: '状態' }),
  /** Of what was handed over or disposed of. */
  endedAt: z.iso.datetime().nullable(),
  endedBy: z.string().nullable(),
  reason: z.string().nullable(),
  /** From the first touch to the hand-over. */
  seconds: z.int().nullable(),
})

export const listSlips = endpoint({
  name: 'listSlips',
  method: 'GET',
  path: '/api/certificates/slips',
  title: 'らくらく窓口の受付票の一覧',
  permission: 'certificates.issue',
  reads: true,
  input: z.object({}),
  output: z.object({
    slips: z.array(Slip),
    today: z.object({
      handed: z.int(),
      medianSeconds: z.int().nullable(),
      longestSeconds: z.int().nullable(),
      inTime: z.int(),
    }),
  }),
})

const Ended = z.object({ standing: z.enum(['handed', 'disposed']), seconds: z.int().nullable() })

/** 受付票と引換え: fee taken and paper handed over, in one act. The kind's own permission is needed. */
export const handOverSlip = endpoint({
  name: 'handOverSlip',
  method: 'POST',
  path: '/api/certificates/slips/:transactionId/hand-over',
  title: 'らくらく窓口の証明書の引渡し',
  permission: 'certificates.issue',
  input: z.object({ transactionId: TransactionId, receivedYen: Yen.meta({ title: '受領額' }) }),
  output: Ended,
  problems: [problems.badState, problems.badAmount, problems.slipExpired],
})

/** 処分情報: a paper that nobody gets is destroyed, and nothing of it counts. */
export const disposeOfSlip = endpoint({
  name: 'disposeOfSlip',
  method: 'POST',
  path: '/api/certificates/slips/:transactionId/dispose',
  title: 'らくらく窓口の証明書の処分',
  permission: 'certificates.issue',
  input: z.object({
    transactionId: TransactionId,
    reason: z
      .enum(Object.keys(disposalReasons) as [DisposalReason, ...DisposalReason[]])
      .meta({ title: '処分の理由' }),
  }),
  output: Ended,
  problems: [problems.badState],
})
