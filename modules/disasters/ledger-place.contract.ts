import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from './disasters.contract.ts'
import { disastersProblems } from './disasters.messages.ts'

const words = (title: string, most: number) =>
  z.string().trim().max(most, `${most}文字以内で入力してください`).meta({ title })

/** Where the 被災者台帳 of a disaster is kept: here, or in another vendor's system (外部被災者支援連携). */
export const getLedgerPlace = endpoint({
  name: 'getLedgerPlace',
  method: 'GET',
  path: '/api/disasters/:disasterId/ledger-place',
  title: '被災者台帳を置くシステム',
  permission: 'disasters.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    /** 0 = never set: the ledger is here. */
    settingNo: z.number(),
    /** As it holds today. */
    elsewhere: z.boolean(),
    systemName: z.string(),
    /** Newest first; one that begins later is there already. */
    settings: z.array(
      z.object({
        settingNo: z.number(),
        elsewhere: z.boolean(),
        fromOn: z.string(),
        systemName: z.string(),
        note: z.string(),
        setAt: z.string(),
        setBy: z.string(),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

export const setLedgerPlace = endpoint({
  name: 'setLedgerPlace',
  method: 'POST',
  path: '/api/disasters/:disasterId/ledger-place',
  title: '被災者台帳を置くシステムの設定',
  permission: 'external-link.set',
  input: z.object({
    disasterId: DisasterIdField,
    /** The setting the clerk saw. */
    settingNo: z.int().min(0),
    elsewhere: z.boolean().meta({ title: '台帳を置くシステム' }),
    fromOn: Day.meta({ title: '適用する日' }),
    systemName: words('外部システムの名前', 60),
    note: words('根拠・連絡先（個人情報は書かない）', 200),
  }),
  output: z.object({ settingNo: z.number() }),
  problems: [disastersProblems.notFound, disastersProblems.systemUnnamed],
})
