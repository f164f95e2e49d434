import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { terminalClassNames } from './terminal-classes.ts'
import { terminalProblems } from './terminals.messages.ts'

const TerminalClass = z.enum(terminalClassNames).meta({ title: '端末の種類' })
/** `waiting`: the certificate was never used. `expiring`: it is to be renewed. */
const terminalStates = ['waiting', 'active', 'expiring', 'expired', 'revoked'] as const
export type TerminalState = (typeof terminalStates)[number]

const Terminal = z.object({
  terminalId: z.uuid(),
  name: z.string(),
  terminalClass: TerminalClass,
  /** Known by a mark in its browser, not by a certificate. */
  marked: z.boolean(),
  state: z.enum(terminalStates),
  registeredAt: z.string(),
  /** A name. */
  registeredBy: z.string(),
  validUntil: z.string().nullable(),
  lastSeenAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})

export const listTerminals = endpoint({
  name: 'listTerminals',
  method: 'GET',
  path: '/api/access/terminals',
  title: '端末の一覧',
  permission: 'access.terminals',
  input: z.object({}),
  output: z.object({
    terminals: z.array(Terminal),
    /** The one that asks; `null` = none. */
    thisTerminalId: z.uuid().nullable(),
    /** Where terminals with certificates open the pages. */
    origin: z.string(),
    /** As set for today (ログインの設定). */
    enrolledOnly: z.boolean(),
    helpersPhones: z.boolean(),
  }),
})

const Name = z.string().trim().min(1).max(60).meta({ title: '端末の名称' })
/** PKCS #10 of a key that the terminal made itself; `null` = the key is made here and handed over as a file. */
const Request = z.string().trim().min(1).max(8_192).nullable().meta({ title: '証明書の要求（CSR）' })

/** Shown once; nothing of a key is kept. */
const Certificate = z.object({
  terminalId: z.uuid(),
  name: z.string(),
  origin: z.string(),
  validUntil: z.string(),
  certificatePem: z.string().nullable(),
  /** PKCS #12. */
  file: z.object({ base64: z.string(), password: z.string() }).nullable(),
})
const certificateProblems = [terminalProblems.badRequest, terminalProblems.authorityEnds]

export const enrolTerminal = endpoint({
  name: 'enrolTerminal',
  method: 'POST',
  path: '/api/access/terminals/enrol',
  title: '端末の登録（端末証明書の発行）',
  permission: 'access.terminals',
  input: z.object({ name: Name, terminalClass: TerminalClass, requestPem: Request }),
  output: Certificate,
  problems: certificateProblems,
})

export const renewTerminal = endpoint({
  name: 'renewTerminal',
  method: 'POST',
  path: '/api/access/terminals/:terminalId/renew',
  title: '端末証明書の更新',
  permission: 'access.terminals',
  input: z.object({ terminalId: z.uuid(), requestPem: Request }),
  output: Certificate,
  problems: [...certificateProblems, terminalProblems.byCertificate],
})

/** Marks the browser that asks, whoever works at it later. */
export const registerTerminal = endpoint({
  name: 'registerTerminal',
  method: 'POST',
  path: '/api/access/terminals',
  title: 'このブラウザーを個人番号の端末として登録（証明書を使わない団体）',
  permission: 'access.terminals',
  input: z.object({ name: Name }),
  output: z.object({ terminalId: z.uuid() }),
  problems: [terminalProblems.already, terminalProblems.byCertificate],
})

export const revokeTerminal = endpoint({
  name: 'revokeTerminal',
  method: 'POST',
  path: '/api/access/terminals/:terminalId/revoke',
  title: '端末の登録の取消し',
  permission: 'access.terminals',
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
