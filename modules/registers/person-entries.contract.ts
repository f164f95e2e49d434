import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { businesses } from '../interfaces/interfaces.columns.ts'
import { PurposeField, ResidentNoField } from '../residents/versions.contract.ts'

/** What the other businesses hold of a person as of a number of the town's data. */
export const revealEntries = endpoint({
  name: 'revealEntries',
  method: 'POST',
  path: '/api/registers/entries',
  title: '中間DB参照（ほかの業務の記録）',
  permission: 'registers.view-entries',
  reads: true,
  input: z.object({
    residentNo: ResidentNoField,
    seq: z.string().regex(/^\d{1,18}$/, '取込通番は数字で入力してください'),
    purpose: PurposeField,
  }),
  output: z.object({
    /** Items that tell where the person is are left out. */
    concealed: z.boolean(),
    /** Rows in the order of the businesses; one whose business the town does not send has none. */
    entries: z.array(
      z.object({
        business: z.enum(businesses),
        title: z.string(),
        origin: z.enum(['link', 'hand']),
        /** Items that have a value, as the town sent them. */
        items: z.array(z.object({ name: z.string(), value: z.string() })),
      }),
    ),
  }),
})
