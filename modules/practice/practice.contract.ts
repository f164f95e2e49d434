import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Session } from '../access/session-view.contract.ts'
import { practiceProblems as problems } from './practice.messages.ts'

export const getPractice = endpoint({
  name: 'getPractice',
  method: 'GET',
  path: '/api/practice',
  title: '練習の状況',
  permission: 'signed-in',
  input: z.object({}),
  output: z.object({
    state: z.enum(['none', 'preparing', 'ready']),
    /** Being prepared, and so long that it may be asked for again. */
    late: z.boolean(),
    /** Whether whoever asks may do anything there. */
    mayPractise: z.boolean(),
    askedAt: z.string().nullable(),
    askedBy: z.string().nullable(),
    finishedAt: z.string().nullable(),
    people: z.int().nullable(),
  }),
})

/** Everything practised before is deleted. */
export const preparePractice = endpoint({
  name: 'preparePractice',
  method: 'POST',
  path: '/api/practice/prepare',
  title: '練習の町の用意・はじめからのやり直し',
  permission: 'practice.prepare',
  input: z.object({}),
  output: z.object({ preparationNo: z.int() }),
  problems: [problems.underWay, problems.here],
})

/** Ends the session at the town itself: behind a practice there is nothing to come back to without signing in. */
export const enterPractice = endpoint({
  name: 'enterPractice',
  method: 'POST',
  path: '/api/practice/enter',
  title: '練習を始める',
  permission: 'signed-in',
  input: z.object({}),
  output: Session,
  problems: [problems.notReady, problems.nothing, problems.here],
})
