import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { staffProblems as problems } from './staff.messages.ts'

const permission = 'access.manage-staff'
const roleId = z.uuid()
const name = z.string().trim().min(1).max(40).meta({ title: '役割の名前' })
const permissions = z.array(z.string().max(60)).max(200).meta({ title: '権限' })
const version = z.int()

export const listRoles = endpoint({
  name: 'listRoles',
  method: 'GET',
  path: '/api/access/roles',
  title: '役割の一覧',
  permission,
  input: z.object({}),
  output: z.object({
    roles: z.array(
      z.object({
        /** A built-in one's name or the id of one of the town's. */
        role: z.string(),
        name: z.string(),
        own: z.boolean(),
        /** 0 = built-in. */
        version,
        permissions,
        /** Staff who hold it now or will. */
        holders: z.int(),
        changedAt: z.string().nullable(),
        changedBy: z.string().nullable(),
      }),
    ),
    /** Every permission that may stand in a role of the town, in the order of the screens. */
    permissions: z.array(
      z.object({
        permission: z.string(),
        screen: z.string(),
        verb: z.string(),
        /** May be limited to one disaster. */
        within: z.boolean(),
        /** What it opens, by the headings of the endpoints. */
        opens: z.array(z.string()),
      }),
    ),
  }),
})

export const shapeRole = endpoint({
  name: 'shapeRole',
  method: 'POST',
  path: '/api/access/roles',
  title: '団体の役割の登録・変更',
  permission,
  input: z.object({
    /** Made by the client; of a new one as well. */
    roleId,
    /** That was seen; 0 = a new role. */
    version: version.min(0),
    name,
    permissions,
  }),
  output: z.object({ roleId, version }),
  problems: [
    problems.roleNameTaken,
    problems.ownRights,
    problems.lastAdministrator,
    problems.dutiesTogether,
    platformProblems.changedByOther,
  ],
})

export const closeRole = endpoint({
  name: 'closeRole',
  method: 'POST',
  path: '/api/access/roles/:roleId/close',
  title: '団体の役割の廃止',
  permission,
  input: z.object({ roleId, version: version.min(1) }),
  output: z.object({ roleId, version }),
  problems: [problems.roleInUse, platformProblems.changedByOther],
})
