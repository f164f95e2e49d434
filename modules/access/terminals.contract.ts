import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { terminalProblems } from './terminals.messages.ts'

const Terminal = z.object({
  terminalId: z.uuid(),
  name: z.string(),
  registeredAt: z.string(),
  /** A name. */
  registeredBy: z.string(),
  revokedAt: z.string().nullable(),
})

export const listTerminals = endpoint({
  name: 'listTerminals',
  method: 'GET',
  path: '/api/access/terminals',
  title: 'マイナンバー利用事務系の端末の一覧',
  permission: 'access.my-number',
  input: z.object({}),
  output: z.object({
    terminals: z.array(Terminal),
    /** The one this very browser is; `null` = none. */
    thisTerminalId: z.uuid().nullable(),
  }),
})

/** Marks the browser that asks, whoever works at it later. */
export const registerTerminal = endpoint({
  name: 'registerTerminal',
  method: 'POST',
  path: '/api/access/terminals',
  title: 'この端末をマイナンバー利用事務系として登録',
  permission: 'access.my-number',
  input: z.object({ name: z.string().trim().min(1).max(60).meta({ title: '端末の名称' }) }),
  output: z.object({ terminalId: z.uuid() }),
  problems: [terminalProblems.already],
})

export const revokeTerminal = endpoint({
  name: 'revokeTerminal',
  method: 'POST',
  path: '/api/access/terminals/:terminalId/revoke',
  title: 'マイナンバー利用事務系の端末の登録の取消し',
  permission: 'access.my-number',
  input: z.object({ terminalId: z.uuid() }),
  output: z.object({ revoked: z.literal(true) }),
})

const Holder = z.object({
  staffId: z.uuid(),
  displayName: z.string(),
  department: z.string(),
  fromOn: z.iso.date(),
  untilOn: z.iso.date().nullable(),
})

export const listMyNumberHolders = endpoint({
  name: 'listMyNumberHolders',
  method: 'GET',
  path: '/api/access/my-number-holders',
  title: '個人番号利用事務実施者の一覧',
  permission: 'access.my-number',
  input: z.object({}),
  output: z.object({ holders: z.array(Holder) }),
})

export const assignMyNumberHolder = endpoint({
  name: 'assignMyNumberHolder',
  method: 'POST',
  path: '/api/access/my-number-holders',
  title: '個人番号利用事務実施者の指定（ご自身は指定できません）',
  permission: 'access.my-number',
  input: z.object({
    loginId: z.string().min(1).max(64).meta({ title: '職員のID' }),
    untilOn: z.iso.date().meta({ title: '終了日' }),
  }),
  output: z.object({ staffId: z.uuid() }),
  problems: [terminalProblems.noSuchStaff, terminalProblems.oneself, terminalProblems.until],
})

export const endMyNumberHolder = endpoint({
  name: 'endMyNumberHolder',
  method: 'POST',
  path: '/api/access/my-number-holders/:staffId/end',
  title: '個人番号利用事務実施者の指定の終了',
  permission: 'access.my-number',
  input: z.object({ staffId: z.uuid() }),
  output: z.object({ ended: z.literal(true) }),
})
