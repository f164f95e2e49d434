import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { staffProblems as problems } from './staff.messages.ts'

const Mode = z.enum(['off', 'act', 'person']).meta({ title: '分け方' })

export const listDuties = endpoint({
  name: 'listDuties',
  method: 'GET',
  path: '/api/access/duties',
  title: '職務の分離の決まり',
  permission: 'access.manage-staff',
  input: z.object({}),
  output: z.object({
    duties: z.array(
      z.object({
        code: z.string(),
        ja: z.string(),
        first: z.string(),
        second: z.string(),
        source: z.string(),
        mode: Mode,
        standard: Mode,
        least: Mode,
        version: z.int(),
        setAt: z.string().nullable(),
        setBy: z.string().nullable(),
        /** Names of staff who hold both permissions now or will. */
        holdingBoth: z.array(z.string()),
      }),
    ),
  }),
})

export const setDuty = endpoint({
  name: 'setDuty',
  method: 'POST',
  path: '/api/access/duties/:code',
  title: '職務の分離の決まりの変更',
  permission: 'access.manage-staff',
  input: z.object({ code: z.string().max(40), mode: Mode, version: z.int().min(0) }),
  output: z.object({ version: z.int() }),
  problems: [problems.dutyHeld, problems.dutyLeast, platformProblems.changedByOther],
})
