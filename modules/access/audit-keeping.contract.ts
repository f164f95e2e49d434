import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { auditProblems } from './audit-trail.messages.ts'

const Setting = z.object({
  retentionYears: z.int().min(1).max(100).nullable().meta({ title: '保存年数' }),
  retentionSource: z.string().max(200).meta({ title: '保存年数の根拠' }),
  extractNames: z.boolean().meta({ title: '本人への写しに職員の氏名を載せる' }),
  dayFromMinute: z.int().min(0).max(1439).meta({ title: '執務時間の始まり' }),
  dayUntilMinute: z.int().min(1).max(1440).meta({ title: '執務時間の終わり' }),
  manyFrom: z.int().min(20).max(100_000).meta({ title: '大量とみなす人数' }),
  oftenFrom: z.int().min(2).max(10_000).meta({ title: '繰り返しとみなす回数（1か月）' }),
})

export const getAuditKeeping = endpoint({
  name: 'getAuditKeeping',
  method: 'GET',
  path: '/api/audit/keeping',
  title: '監査記録の保管（設定・署名・廃棄）',
  permission: 'access.audit',
  input: z.object({}),
  output: z.object({
    setting: Setting.extend({
      settingNo: z.int(),
      at: z.string().nullable(),
      actor: z.string().nullable(),
    }),
    /** How far the chain was signed last. */
    head: z.object({ position: z.int(), signedAt: z.string() }).nullable(),
    /** Until where a third party's time stamp reaches; `null` = there is none. */
    stamp: z.object({ position: z.int(), at: z.string() }).nullable(),
    disposals: z.array(
      z.object({
        disposalId: z.string(),
        beforeAt: z.string(),
        acts: z.int(),
        disposed: z.int(),
        retentionYears: z.int(),
        retentionSource: z.string(),
        requestedAt: z.string(),
        requestedBy: z.string(),
        decidedAt: z.string().nullable(),
        decidedBy: z.string().nullable(),
        finishedAt: z.string().nullable(),
        mine: z.boolean(),
        state: z.enum(['requested', 'refused', 'running', 'finished']),
      }),
    ),
  }),
})

export const setAuditSetting = endpoint({
  name: 'setAuditSetting',
  method: 'POST',
  path: '/api/audit/setting',
  title: '監査記録の設定の変更',
  permission: 'access.audit-settings',
  input: Setting.extend({ settingNo: z.int().min(0) })
    .refine(({ dayFromMinute, dayUntilMinute }) => dayFromMinute < dayUntilMinute, {
      path: ['dayUntilMinute'],
      message: '執務時間の終わりは、始まりより後にしてください',
    })
    .refine(
      ({ retentionYears, retentionSource }) => retentionYears === null || retentionSource.trim() !== '',
      {
        path: ['retentionSource'],
        message: '保存年数の根拠（規程の名称など）を入力してください',
      },
    ),
  output: z.object({ settingNo: z.int() }),
  problems: [auditProblems.settingStale],
})

export const requestAuditDisposal = endpoint({
  name: 'requestAuditDisposal',
  method: 'POST',
  path: '/api/audit/disposals',
  title: '保存年数を過ぎた監査記録の廃棄の申請',
  permission: 'access.audit-dispose',
  input: z.object({}),
  output: z.object({ disposalId: z.string(), acts: z.int() }),
  problems: [auditProblems.noRetention, auditProblems.nothingOld, auditProblems.disposalOpen],
})

export const decideAuditDisposal = endpoint({
  name: 'decideAuditDisposal',
  method: 'POST',
  path: '/api/audit/disposals/:disposalId/decision',
  title: '監査記録の廃棄の決裁（申請した人とは別の人）',
  permission: 'access.audit-dispose-approve',
  input: z.object({ disposalId: z.uuid(), approved: z.boolean() }),
  output: z.object({ approved: z.boolean() }),
  problems: [auditProblems.ownDisposal, auditProblems.disposalDecided],
})

/** A write: the head that is taken is recorded, and so is who took it. */
export const takeAuditHead = endpoint({
  name: 'takeAuditHead',
  method: 'POST',
  path: '/api/audit/head',
  title: '監査記録の署名（連鎖の末尾）の取り出し',
  permission: 'access.audit',
  input: z.object({}),
  output: z.object({
    format: z.literal('open-bcl-audit-head'),
    version: z.literal(1),
    municipalityCode: z.string(),
    position: z.int(),
    hash: z.string(),
    signedAt: z.string(),
    keyId: z.int(),
    publicKey: z.string(),
    signature: z.string(),
  }),
  problems: [auditProblems.whole],
})
