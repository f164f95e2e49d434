import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { staffProblems as problems } from './staff.messages.ts'

const permission = 'access.manage-staff'
const State = z.enum(['active', 'leaving', 'suspended', 'retired'])
const staffId = z.uuid()
const version = z.int().min(1)
const displayName = z.string().trim().min(1).max(60).meta({ title: '氏名' })
const department = z.string().trim().min(1).max(60).meta({ title: '所属' })
/** A built-in role's name or the id of one of the town's own. */
const role = z.string().min(1).max(36).meta({ title: '役割' })
const fromOn = z.iso.date().meta({ title: '開始日' })
const untilOn = z.iso.date().nullable().meta({ title: '終了日' })
const disasterId = z.uuid().nullable().meta({ title: '対象の災害' })

/** As the survey lists write them. */
export const AreasField = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(60)
      .regex(/^[^\n\r]*$/),
  )
  .min(1)
  .max(100)
  .nullable()
  .meta({ title: '対象の町字' })

const Spell = z.object({
  ...{ role, roleName: z.string(), fromOn, untilOn, disasterId, areas: AreasField },
  disasterName: z.string().nullable(),
})

export const searchStaff = endpoint({
  name: 'searchStaff',
  method: 'POST',
  path: '/api/access/staff/search',
  title: '職員の一覧・検索',
  permission,
  reads: true,
  input: z.object({
    words: z.string().max(60).default('').meta({ title: '氏名・ID・所属' }),
    state: State.nullable().default(null).meta({ title: '状態' }),
    role: role.nullable().default(null),
    page: z.int().min(1).max(1_000).default(1),
  }),
  output: z.object({
    staff: z.array(
      z.object({
        staffId,
        loginId: z.string(),
        displayName,
        department,
        state: State,
        lastOn: z.iso.date().nullable(),
        /** In force today, by their names; 「（1災害）」 where limited. */
        roles: z.array(z.string()),
        lastSeenAt: z.string().nullable(),
      }),
    ),
    count: z.int(),
    pageSize: z.int(),
  }),
})

export const getStaff = endpoint({
  name: 'getStaff',
  method: 'GET',
  path: '/api/access/staff/:staffId',
  title: '職員の登録内容',
  permission,
  input: z.object({ staffId }),
  output: z.object({
    staffId,
    version,
    loginId: z.string(),
    displayName,
    department,
    state: State,
    lastOn: z.iso.date().nullable(),
    createdAt: z.string(),
    mustChangePassword: z.boolean(),
    /** Signed in now, on so many devices. */
    sessions: z.int(),
    isOneself: z.boolean(),
    /** In force or to come. */
    spells: z.array(Spell),
    acts: z.array(z.object({ at: z.string(), by: z.string(), words: z.string() })),
  }),
})

const made = z.object({ staffId, version, loginId: z.string(), initialPassword: z.string() })
const assigned = [
  problems.noSuchRole,
  problems.noSuchDisaster,
  problems.nothingForDisaster,
  problems.nothingForAreas,
  problems.dates,
]

export const registerStaff = endpoint({
  name: 'registerStaff',
  method: 'POST',
  path: '/api/access/staff',
  title: '職員の登録（初期パスワードは一度だけ表示）',
  permission,
  input: z.object({
    loginId: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, '英数字と . _ - で入力してください')
      .meta({ title: 'ID' }),
    displayName,
    department,
    roles: z.array(role).max(10).meta({ title: '役割' }),
    fromOn,
    untilOn,
  }),
  output: made,
  problems: [problems.loginTaken, problems.dutiesTogether, ...assigned],
})

const acting = [
  platformProblems.changedByOther,
  problems.ownRights,
  problems.wrongState,
  problems.operatorsAccount,
] as const
const after = z.object({ staffId, version })

export const changeStaff = endpoint({
  name: 'changeStaff',
  method: 'POST',
  path: '/api/access/staff/:staffId/change',
  title: '職員の氏名・所属の変更',
  permission,
  input: z.object({ staffId, version, displayName, department }),
  output: after,
  problems: [platformProblems.changedByOther],
})

export const suspendStaff = endpoint({
  name: 'suspendStaff',
  method: 'POST',
  path: '/api/access/staff/:staffId/suspend',
  title: '職員の停止',
  permission,
  input: z.object({ staffId, version }),
  output: after,
  problems: [...acting, problems.lastAdministrator],
})

export const resumeStaff = endpoint({
  name: 'resumeStaff',
  method: 'POST',
  path: '/api/access/staff/:staffId/resume',
  title: '職員の再開・退職の取消し',
  permission,
  input: z.object({ staffId, version }),
  output: after,
  problems: [...acting],
})

export const retireStaff = endpoint({
  name: 'retireStaff',
  method: 'POST',
  path: '/api/access/staff/:staffId/retire',
  title: '職員の退職',
  permission,
  input: z.object({ staffId, version, lastOn: z.iso.date().meta({ title: '最後に使える日' }) }),
  output: after,
  problems: [...acting, problems.lastAdministrator, problems.dates],
})

export const renewInitialPassword = endpoint({
  name: 'renewInitialPassword',
  method: 'POST',
  path: '/api/access/staff/:staffId/initial-password',
  title: '初期パスワードの再発行（一度だけ表示）',
  permission,
  input: z.object({ staffId, version }),
  output: made,
  problems: [...acting],
})

export const logOutStaff = endpoint({
  name: 'logOutStaff',
  method: 'POST',
  path: '/api/access/staff/:staffId/log-out',
  title: '職員の強制ログアウト',
  permission,
  input: z.object({ staffId }),
  output: z.object({ ended: z.int() }),
})

export const assignStaffRole = endpoint({
  name: 'assignStaffRole',
  method: 'POST',
  path: '/api/access/staff/:staffId/roles',
  title: '役割の割当て（期間・災害・町字を限れます）',
  permission,
  input: z.object({ staffId, version, role, fromOn, untilOn, disasterId, areas: AreasField.default(null) }),
  output: after,
  problems: [...acting, ...assigned, problems.dutiesTogether, problems.lastAdministrator],
})

export const endStaffRole = endpoint({
  name: 'endStaffRole',
  method: 'POST',
  path: '/api/access/staff/:staffId/roles/end',
  title: '役割の割当ての終了',
  permission,
  input: z.object({
    staffId,
    version,
    role,
    fromOn,
    disasterId,
    lastOn: z.iso.date().nullable().meta({ title: '最後の日（空欄はいますぐ）' }),
  }),
  output: after,
  problems: [...acting, problems.dates, problems.lastAdministrator],
})

const csv = z.string().min(1).max(900_000).meta({ title: 'ファイル' })
const Change = z.object({
  line: z.int(),
  loginId: z.string(),
  displayName: z.string(),
  /** What changes about this person, in words. */
  words: z.array(z.string()),
})

export const checkStaffImport = endpoint({
  name: 'checkStaffImport',
  method: 'POST',
  path: '/api/access/staff/import/check',
  title: '異動のファイルの確認（変更しない）',
  permission,
  reads: true,
  input: z.object({ base64: csv }),
  output: z.object({
    rows: z.int(),
    unchanged: z.int(),
    changes: z.array(Change),
    errors: z.array(z.object({ line: z.int(), item: z.string(), message: z.string() })),
    /** Of what would change: to be sent back, so that exactly this is done. */
    digest: z.string(),
  }),
})

export const applyStaffImport = endpoint({
  name: 'applyStaffImport',
  method: 'POST',
  path: '/api/access/staff/import',
  title: '異動のファイルの反映（初期パスワードは一度だけ表示）',
  permission,
  input: z.object({ base64: csv, digest: z.string().max(64) }),
  output: z.object({
    changed: z.int(),
    made: z.array(z.object({ loginId: z.string(), displayName: z.string(), initialPassword: z.string() })),
  }),
  problems: [problems.badImport, problems.planChanged],
})

export const listAssignable = endpoint({
  name: 'listAssignable',
  method: 'GET',
  path: '/api/access/assignable',
  title: '割り当てられる役割と災害',
  permission,
  input: z.object({}),
  output: z.object({
    roles: z.array(
      z.object({
        role,
        name: z.string(),
        /** What of it can be limited to one disaster, in words. */
        within: z.array(z.string()),
        /** What cannot, and so is left out of such an assignment. */
        notWithin: z.array(z.string()),
        /** What is left out, besides, where it is limited to some 町字. */
        notInAreas: z.array(z.string()),
      }),
    ),
    disasters: z.array(z.object({ disasterId: z.uuid(), name: z.string() })),
  }),
})
