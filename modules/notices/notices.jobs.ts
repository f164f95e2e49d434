import type { Job } from '@open-bcl/platform/jobs.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import { SEND_NOTICE, sendNotice } from './notices.actions.ts'
import type { NoticeId } from './notices.ts'

export function noticesJobs(mailer: Mailer): readonly Job[] {
  return [
    {
      task: SEND_NOTICE,
      run: async (ctx, ids) => {
        const { noticeId } = ids
        if (noticeId) await sendNotice(ctx, mailer, noticeId as NoticeId)
      },
    },
  ]
}
