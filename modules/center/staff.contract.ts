import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { Session } from '../access/session-view.contract.ts'
import { staffProblems } from './staff.messages.ts'
import { staffRoles, type StaffRole } from './staff.ts'

/**
 * Sign-in and accounts of the centre's own people. The paths and the session's shape are those of the cloud, so that `ui/`
 * serves both; this is another origin with its own accounts.
 */

const roles = Object.keys(staffRoles) as [StaffRole, ...StaffRole[]]
const LoginId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/)
  .meta({ title: 'ID' })

export const signIn = endpoint({
  name: 'signIn',
  method: 'POST',
  path: '/api/sign-in',
  title: 'ログイン',
  permission: 'public',
  transaction: 'own',
  input: z.object({
    loginId: z.string().min(1).max(64).meta({ title: 'ID' }),
    password: z.string().min(1).max(256).meta({ title: 'パスワード' }),
  }),
  output: Session,
  problems: [staffProblems.wrongSignIn, staffProblems.locked],
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
  problems: [staffProblems.wrongCurrentPassword, staffProblems.weakPassword, staffProblems.locked],
})

export const listStaff = endpoint({
  name: 'listCenterStaff',
  method: 'GET',
  path: '/api/center/staff',
  title: '運用者のアカウント',
  permission: 'center.accounts',
  input: z.object({}),
  output: z.object({
    staff: z.array(
      z.object({
        staffId: z.string(),
        loginId: z.string(),
        displayName: z.string(),
        role: z.enum(roles),
        createdAt: z.iso.datetime(),
        disabledAt: z.iso.datetime().nullable(),
      }),
    ),
  }),
})

export const createStaff = endpoint({
  name: 'createCenterStaff',
  method: 'POST',
  path: '/api/center/staff',
  title: '運用者のアカウントの作成',
  permission: 'center.accounts',
  input: z.object({
    loginId: LoginId,
    displayName: z.string().trim().min(1).max(60).meta({ title: '氏名' }),
    role: z.enum(roles).meta({ title: '権限' }),
  }),
  output: z.object({
    staffId: z.string(),
    /** Shown now and never again; it must be changed at the first sign-in. */
    initialPassword: z.string(),
    /** Another administrator has to let the account on first. */
    waits: z.boolean(),
  }),
  problems: [staffProblems.loginTaken],
})

/** Ends the account and every session of it at once. */
export const disableStaff = endpoint({
  name: 'disableCenterStaff',
  method: 'POST',
  path: '/api/center/staff/:staffId/disable',
  title: '運用者のアカウントの停止',
  permission: 'center.accounts',
  input: z.object({ staffId: z.uuid() }),
  output: z.object({ disabled: z.literal(true) }),
  problems: [staffProblems.ownAccount],
})

/** Of one who came back: the password of before counts again. */
export const enableStaff = endpoint({
  name: 'enableCenterStaff',
  method: 'POST',
  path: '/api/center/staff/:staffId/enable',
  title: '運用者のアカウントの再開',
  permission: 'center.accounts',
  input: z.object({ staffId: z.uuid() }),
  output: z.object({ enabled: z.literal(true) }),
  problems: [staffProblems.ownAccount, staffProblems.ownPassword],
})

/** For one who forgot it or locked the account: every session ends, and the new one must be changed at the first sign-in. */
export const resetStaffPassword = endpoint({
  name: 'resetCenterStaffPassword',
  method: 'POST',
  path: '/api/center/staff/:staffId/password',
  title: '運用者のパスワードの再発行',
  permission: 'center.accounts',
  input: z.object({ staffId: z.uuid() }),
  output: z.object({
    /** Shown now and never again. */
    initialPassword: z.string(),
    /** Another administrator has to let the account on first. */
    waits: z.boolean(),
  }),
  problems: [staffProblems.ownAccount, staffProblems.suspended],
})

export const listAudit = endpoint({
  name: 'listCenterAudit',
  method: 'GET',
  path: '/api/center/audit',
  title: '運用の記録',
  permission: 'center.audit',
  input: z.object({
    /** Acts before this moment; the newest first, 200 at a time. */
    before: z.iso.datetime().optional(),
    subjectKind: z.string().max(40).optional(),
    subjectId: z.string().max(80).optional(),
  }),
  output: z.object({
    acts: z.array(
      z.object({
        auditId: z.string(),
        at: z.iso.datetime(),
        by: z.string(),
        event: z.string(),
        /** 日本語 for the auditor. */
        sentence: z.string(),
        subjectKind: z.string().nullable(),
        subjectId: z.string().nullable(),
        facts: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
})

export const staffEndpoints = {
  signIn,
  signOut,
  getSession,
  changePassword,
  listStaff,
  createStaff,
  disableStaff,
  enableStaff,
  resetStaffPassword,
  listAudit,
} as const satisfies Record<string, Endpoint>
