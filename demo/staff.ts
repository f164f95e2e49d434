import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { RoleName } from '@open-bcl/modules/access/roles.ts'
import { demoMunicipalities, type DemoMunicipalityCode } from './places.ts'

/** For the demonstration alone; production refuses to start with it. Printed by `npm start`, so it protects nothing. */
export const demoPassword = 'DEMO-only-hida-2026'

/** A staff sign-in of the demonstration; all persons are fictitious (架空の人物). */
export type DemoStaff = {
  readonly municipalityCode: MunicipalityCode
  /** 利用者ID, unique in the municipality. */
  readonly loginId: string
  readonly name: string
  /** 所属 */
  readonly department: string
  readonly roles: readonly RoleName[]
  readonly password: string
}

const posts: readonly (Pick<DemoStaff, 'loginId' | 'department' | 'roles'> & {
  readonly surnames: Readonly<Record<DemoMunicipalityCode, string>>
})[] = [
  {
    loginId: 'admin',
    department: '総務課',
    roles: ['admin'],
    surnames: { '212172': '管理', '212032': '官里', '141003': '館利' },
  },
  {
    loginId: 'clerk',
    department: '税務課',
    roles: ['clerk'],
    surnames: { '212172': '窓口', '212032': '真戸口', '141003': '的口' },
  },
  {
    loginId: 'reviewer',
    department: '税務課',
    roles: ['reviewer'],
    surnames: { '212172': '審査', '212032': '新佐', '141003': '真砂' },
  },
  {
    loginId: 'window',
    department: '市民課',
    roles: ['window'],
    surnames: { '212172': '証野', '212032': '昭野', '141003': '正野' },
  },
  {
    loginId: 'viewer',
    department: '危機管理課',
    roles: ['viewer'],
    surnames: { '212172': '閲田', '212032': '江津田', '141003': '越田' },
  },
  {
    loginId: 'auditor',
    department: '監査委員事務局',
    roles: ['auditor'],
    surnames: { '212172': '監査', '212032': '神佐', '141003': '勘佐' },
  },
]

export const demoStaff: readonly DemoStaff[] = Object.values(demoMunicipalities).flatMap(({ code, name }) =>
  posts.map(({ loginId, department, roles, surnames }) => ({
    municipalityCode: code,
    loginId,
    name: `${surnames[code as string as DemoMunicipalityCode]}　${name.slice(0, -1)}`,
    department,
    roles,
    password: demoPassword,
  })),
)
