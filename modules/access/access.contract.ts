import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { accessProblems } from './access.messages.ts'
import { Session } from './session-view.contract.ts'

export const signIn = endpoint({
  name: 'signIn',
  method: 'POST',
  path: '/api/sign-in',
  title: 'ログイン',
  permission: 'public',
  transaction: 'own',
  input: z.object({
    municipalityCode: z
      .string()
      .regex(/^\d{6}$/, '6桁の数字で入力してください')
      .meta({ title: '団体コード' }),
    loginId: z.string().min(1).max(64).meta({ title: 'ID' }),
    password: z.string().min(1).max(256).meta({ title: 'パスワード' }),
  }),
  output: Session,
  problems: [accessProblems.wrongSignIn, accessProblems.locked],
})

export const signOut = endpoint({
  name: 'signOut',
  method: 'POST',
  path: '/api/sign-out',
  title: 'ログアウト',
  permission: 'signed-in',
  withInitialPassword: true,
  beforeSecondFactor: true,
  input: z.object({}),
  output: z.object({ signedOut: z.literal(true) }),
})

export const getSession = endpoint({
  name: 'getSession',
  method: 'GET',
  path: '/api/session',
  title: '現在のログイン',
  permission: 'signed-in',
  withInitialPassword: true,
  beforeSecondFactor: true,
  input: z.object({}),
  output: Session,
})

export const changePassword = endpoint({
  name: 'changePassword',
  method: 'POST',
  path: '/api/password',
  title: 'パスワード変更',
  permission: 'signed-in',
  withInitialPassword: true,
  input: z.object({
    currentPassword: z.string().min(1).max(256).meta({ title: '現在のパスワード' }),
    newPassword: z.string().min(1).max(256).meta({ title: '新しいパスワード' }),
  }),
  output: z.object({ changed: z.literal(true) }),
  problems: [accessProblems.wrongCurrentPassword, accessProblems.weakPassword, accessProblems.locked],
})
