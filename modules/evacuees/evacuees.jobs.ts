import type { Job } from '@open-bcl/platform/jobs.ts'
import { takeIn } from './incoming.actions.ts'

/** Woken by another town for what it put into the post box; safe to repeat, since a message is opened once. */
export const evacueesJobs: readonly Job[] = [{ task: 'evacuees.take-in', run: (ctx) => takeIn(ctx) }]
