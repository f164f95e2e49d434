import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { accessProblems } from './access.messages.ts'
import { Session } from './session-view.contract.ts'
import { factorProblems } from './second-factor.messages.ts'

/** 2段階認証. The same endpoints serve a town's staff and the centre's operators, each at its own origin. */

/** Open to a session that has shown nothing but a password. */
const before = { permission: 'signed-in', beforeSecondFactor: true, withInitialPassword: true } as const
const own = { permission: 'signed-in', withInitialPassword: true } as const

const Code = z.string().min(1).max(20).meta({ title: '確認コード' })
/** Whoever sits down at an open session must not take the account over; not asked of one that was just opened by it. */
const Password = z.string().max(256).meta({ title: '現在のパスワード' })
/** As the browser's WebAuthn interface makes it; judged by the library that reads it. */
const Response = z.looseObject({ id: z.string().max(2_000) })
/** Shown now and never again. */
const RecoveryCodes = z.array(z.string())

export const getSecondFactor = endpoint({
  ...before,
  name: 'getSecondFactor',
  method: 'GET',
  path: '/api/second-factor',
  title: '自分の2段階認証',
  input: z.object({}),
  output: z.object({
    /** Required of this person by the town. */
    required: z.boolean(),
    totp: z.boolean(),
    passkeys: z.array(
      z.object({
        passkeyId: z.uuid(),
        name: z.string(),
        madeAt: z.string(),
        usedAt: z.string().nullable(),
      }),
    ),
    recoveryCodesLeft: z.int(),
  }),
})

export const confirmByCode = endpoint({
  ...before,
  name: 'confirmByCode',
  method: 'POST',
  path: '/api/sign-in/code',
  title: 'ログインの確認（認証アプリ）',
  input: z.object({ code: Code }),
  output: Session,
  problems: [factorProblems.wrongCode, factorProblems.notPending, accessProblems.locked],
})

export const confirmByRecoveryCode = endpoint({
  ...before,
  name: 'confirmByRecoveryCode',
  method: 'POST',
  path: '/api/sign-in/recovery-code',
  title: 'ログインの確認（リカバリーコード、管理者の復旧コード）',
  input: z.object({ code: z.string().min(1).max(60).meta({ title: 'リカバリーコード' }) }),
  output: Session,
  problems: [factorProblems.wrongRecoveryCode, factorProblems.notPending, accessProblems.locked],
})

export const askPasskey = endpoint({
  ...before,
  name: 'askPasskey',
  method: 'POST',
  path: '/api/sign-in/passkey/options',
  title: 'ログインの確認（パスキー）の始まり',
  input: z.object({}),
  output: z.object({ options: z.looseObject({ challenge: z.string() }) }),
  problems: [factorProblems.noPasskey],
})

export const confirmByPasskey = endpoint({
  ...before,
  name: 'confirmByPasskey',
  method: 'POST',
  path: '/api/sign-in/passkey',
  title: 'ログインの確認（パスキー）',
  input: z.object({ response: Response }),
  output: Session,
  problems: [factorProblems.passkeyRefused, factorProblems.notPending, accessProblems.locked],
})

export const beginTotp = endpoint({
  ...before,
  name: 'beginTotp',
  method: 'POST',
  path: '/api/second-factor/totp',
  title: '認証アプリの登録の始まり',
  input: z.object({ currentPassword: Password }),
  output: z.object({ secret: z.string(), uri: z.string() }),
  problems: [
    accessProblems.wrongCurrentPassword,
    accessProblems.locked,
    factorProblems.notPending,
    factorProblems.appsNotOffered,
  ],
})

export const finishTotp = endpoint({
  ...before,
  name: 'finishTotp',
  method: 'POST',
  path: '/api/second-factor/totp/confirm',
  title: '認証アプリの登録',
  input: z.object({ code: Code }),
  output: z.object({ session: Session, recoveryCodes: RecoveryCodes }),
  problems: [factorProblems.codeNotOfApp, factorProblems.notPending],
})

export const endTotp = endpoint({
  ...own,
  name: 'endTotp',
  method: 'POST',
  path: '/api/second-factor/totp/end',
  title: '認証アプリの登録を外す',
  input: z.object({ currentPassword: Password }),
  output: z.object({ ended: z.literal(true) }),
  problems: [accessProblems.wrongCurrentPassword, accessProblems.locked, factorProblems.lastFactor],
})

export const askForPasskey = endpoint({
  ...before,
  name: 'askForPasskey',
  method: 'POST',
  path: '/api/second-factor/passkeys/options',
  title: 'パスキーの登録の始まり',
  input: z.object({ currentPassword: Password }),
  output: z.object({ options: z.looseObject({ challenge: z.string() }) }),
  problems: [accessProblems.wrongCurrentPassword, accessProblems.locked, factorProblems.notPending],
})

export const addPasskey = endpoint({
  ...before,
  name: 'addPasskey',
  method: 'POST',
  path: '/api/second-factor/passkeys',
  title: 'パスキーの登録',
  input: z.object({
    name: z.string().trim().min(1).max(60).meta({ title: 'パスキーの名前' }),
    response: Response,
  }),
  output: z.object({ session: Session, recoveryCodes: RecoveryCodes }),
  problems: [factorProblems.passkeyRefused, factorProblems.notPending],
})

export const endPasskey = endpoint({
  ...own,
  name: 'endPasskey',
  method: 'POST',
  path: '/api/second-factor/passkeys/:passkeyId/end',
  title: 'パスキーの登録を外す',
  input: z.object({ passkeyId: z.uuid(), currentPassword: Password }),
  output: z.object({ ended: z.literal(true) }),
  problems: [accessProblems.wrongCurrentPassword, accessProblems.locked, factorProblems.lastFactor],
})

export const makeRecoveryCodes = endpoint({
  ...own,
  name: 'makeRecoveryCodes',
  method: 'POST',
  path: '/api/second-factor/recovery-codes',
  title: 'リカバリーコードの作り直し',
  input: z.object({ currentPassword: Password }),
  output: z.object({ recoveryCodes: RecoveryCodes }),
  problems: [accessProblems.wrongCurrentPassword, accessProblems.locked],
})

export const secondFactorEndpoints = {
  getSecondFactor,
  confirmByCode,
  confirmByRecoveryCode,
  askPasskey,
  confirmByPasskey,
  beginTotp,
  finishTotp,
  endTotp,
  askForPasskey,
  addPasskey,
  endPasskey,
  makeRecoveryCodes,
}
