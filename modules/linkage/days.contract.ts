import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'

/** As far back as the chart shows. */
export const DAYS_SHOWN = 30

/** What arrived on each of the last 30 days in Japan, days without anything included. */
export const listLinkDays = endpoint({
  name: 'listLinkDays',
  method: 'GET',
  path: '/api/linkage/days',
  title: '連携の推移（30日）',
  permission: 'linkage.view',
  input: z.object({}),
  output: z.object({
    /** Oldest first. */
    days: z.array(
      z.object({
        on: z.iso.date().meta({ title: '日付' }),
        files: z.int().meta({ title: '取り込んだファイル' }),
        refused: z.int().meta({ title: '受け取れなかったファイル' }),
        rows: z.int().meta({ title: '行数' }),
      }),
    ),
  }),
})
