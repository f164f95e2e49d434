import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { makeTown } from '@open-bcl/demo/town.ts'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { fillPath, type Endpoint, type OutputOf, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import { frame } from '@open-bcl/core/framed.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { loadTown } from '../../../apps/cloud/testing/load-town.ts'
import { testCloud } from '../../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../../disasters/disasters.ts'
import { registerDisaster } from '../../ledger/ledger.actions.ts'
import { addTeam, makePlan } from '../../surveys/plans.contract.ts'
import { listSheets } from '../../surveys/sheets.contract.ts'
import { requestSurvey } from '../../surveys/surveys.actions.ts'
import type { PlanId, TaskId, TeamId } from '../../surveys/surveys.ts'
import { assignTasks } from '../../surveys/tasks.contract.ts'
import { sealEnvelope } from '../envelope.ts'
import { makePass } from '../field.contract.ts'
import type { ItemId, PassId } from '../field.ts'
import { type enrolDevice, sendItem, sendSealedItem, type Item } from '../phone.contract.ts'

export const HIDA = '212172' as MunicipalityCode
export const TAKAYAMA = '212032' as MunicipalityCode
export const id = <T>(): T => uuidv7() as T
export type Phone = OutputOf<typeof enrolDevice> & { readonly town: MunicipalityCode }

/** 床上浸水 by its depth. */
const flooded = (depthCm: number) => ({
  hazard: 'flood' as const,
  structure: 'wood' as const,
  stage: 'first' as const,
  entryMode: 'exact' as const,
  answers: {
    ...{ dwelling: true, collapsed: false, storeyCollapsed: false, lost: false, tilted: false },
    ...{ detached: true, storeys: '2', externalForce: false, inundation: 'above-floor' },
    ...{ depthsCm: [depthCm], sediment: 'none' },
  },
})

/** A disaster, two teams, and what their phones and the office do. */
export async function surveyPhones() {
  const cloud = await testCloud()
  const town = makeTown({ households: 40 })
  await cloud.onboard(HIDA, '飛騨市')
  await cloud.onboard(TAKAYAMA, '高山市')
  await loadTown(cloud, town)
  const made = await cloud.as(HIDA, (ctx) =>
    registerDisaster(ctx, {
      name: '令和8年11月豪雨',
      hazards: ['flood'],
      occurredOn: '2026-11-01' as PlainDate,
      causeText: '令和8年11月1日の豪雨による',
      applicationDeadlineOn: null,
    }),
  )
  const disasterId = made.disaster.disasterId as DisasterId
  const clerk = await cloud.signIn(HIDA, 'clerk')
  const neighbour = await cloud.signIn(TAKAYAMA, 'reviewer')
  const teams: TeamId[] = []
  const planId = id<PlanId>()
  await clerk.get(makePlan, {
    ...{ planId, disasterId, name: '第1次調査', startsOn: '2026-11-20', endsOn: '2026-12-20', daysOff: [] },
  })
  for (const name of ['1班', '2班']) {
    const teamId = id<TeamId>()
    await clerk.get(addTeam, {
      ...{ planId, teamId, name, members: ['調査 一郎', '調査 二郎'], housesPerDay: 10 },
      ...{ worksFrom: '2026-11-20', worksUntil: '2026-12-20' },
    })
    teams.push(teamId)
  }

  const house = async (teamId: TeamId | null, key = 'satoTaro'): Promise<TaskId> => {
    const person = town.people[key]!
    const { householdNo } = town.residents.find((one) => one.residentNo === person.residentNo)!
    const { taskId } = await cloud.as(HIDA, (ctx) =>
      requestSurvey(ctx, {
        ...{ disasterId, stage: 'first', origin: 'manual', originRef: null, entryId: null, dwellingId: null },
        people: [{ residentNo: person.residentNo, householdNo, nonResidentId: null }],
        words: {
          address: '岐阜県飛騨市古川町壱之町9876番地',
          ...{ headName: person.name.full, applicantName: '', phone: '0577-00-9876', note: '9876番地の裏' },
        },
        point: { latitude: 36.238, longitude: 137.186 },
      }),
    )
    if (teamId !== null)
      await clerk.get(assignTasks, {
        ...{ assignmentId: uuidv7(), disasterId, teamId, expected: 1 },
        select: { taskIds: [taskId], unassignedOnly: false },
      })
    return taskId
  }
  const ask = async <E extends Endpoint>(
    phone: Phone,
    token: string,
    endpoint: E,
    input: RawInputOf<E>,
  ): Promise<{ status: number; body: OutputOf<E>; code: string }> => {
    const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const answer = await cloud.app.inject({
      method: 'POST',
      url: path,
      payload: rest,
      headers: {
        authorization: `Bearer ${phone.town}.${token}`,
        'x-csrf-token': phone.passId,
        'idempotency-key': uuidv7(),
      },
    })
    const body = answer.json<OutputOf<E> & { type?: string }>()
    return { status: answer.statusCode, body, code: body.type ?? '' }
  }
  const allow = async (teamId: TeamId, validUntil = '2026-11-30') => {
    const passId = id<PassId>()
    const made = await clerk.get(makePass, {
      ...{ passId, disasterId, teamId, name: 'スマートフォン1', validFrom: '2026-11-21', validUntil },
    })
    return { ...made, passId }
  }
  const enrol = async (code: string, municipalityCode: MunicipalityCode = HIDA) =>
    await cloud.app.inject({
      method: 'POST',
      url: '/api/field/enrol',
      payload: { municipalityCode, code, device: 'Android Chrome' },
    })
  const phoneOf = async (teamId: TeamId, validUntil?: string): Promise<Phone> => {
    const { code } = await allow(teamId, validUntil)
    const answer = await enrol(code)
    assert.equal(answer.statusCode, 200, answer.body)
    return { ...answer.json<Phone>(), town: HIDA }
  }
  const sealed = async (phone: Phone, itemId: string, item: Item, picture: Buffer | null = null) => {
    const key = new Uint8Array(Buffer.from(phone.publicKey, 'base64'))
    const packed = frame(item, picture === null ? null : new Uint8Array(picture))
    const { envelope } = await sealEnvelope(key, itemId, packed)
    return Buffer.from(envelope).toString('base64')
  }
  const sheetItem = (taskId: TaskId, depth: number, recordedAt = cloud.clock): Item => ({
    kind: 'sheet',
    taskId,
    recordedAt: recordedAt.toISOString(),
    sheet: {
      ...{ sheetId: id(), sheetNo: 1, sheet: flooded(depth), surveyedOn: '2026-11-21' as PlainDate },
      ...{ surveyors: ['調査 一郎'], witness: '', note: '', startedAt: null, position: null },
    },
  })
  const send = async (
    phone: Phone,
    item: Item,
    over: { itemId?: string; sentAt?: Date; picture?: Buffer; base64?: string } = {},
  ) => {
    const itemId = (over.itemId ?? uuidv7()) as ItemId
    return await ask(phone, phone.sendToken, sendItem, {
      itemId,
      keyId: phone.keyId,
      base64: over.base64 ?? (await sealed(phone, itemId, item, over.picture ?? null)),
      unsent: { count: 3, since: '2026-11-20T01:00:00Z' },
      sentAt: (over.sentAt ?? cloud.clock).toISOString(),
    })
  }
  /** As the app sends it: words and bytes in one body. `spoil`: what becomes of it on its way. */
  const sendBytes = async (
    phone: Phone,
    { itemId, envelope }: { itemId: string; envelope: Uint8Array },
    over: { spoil?: (body: Buffer) => Buffer; sha256?: string; token?: string; headers?: object } = {},
  ) => {
    const said = {
      ...{ itemId, keyId: phone.keyId, unsent: { count: 1, since: null } },
      sentAt: cloud.clock.toISOString(),
      sha256: over.sha256 ?? createHash('sha256').update(envelope).digest('hex'),
    }
    const body = Buffer.from(frame(said, envelope))
    const answer = await cloud.app.inject({
      method: 'POST',
      url: sendSealedItem.path,
      payload: over.spoil?.(body) ?? body,
      headers: {
        'content-type': 'application/octet-stream',
        authorization: `Bearer ${phone.town}.${over.token ?? phone.sendToken}`,
        'x-csrf-token': phone.passId,
        'idempotency-key': uuidv7(),
        ...over.headers,
      },
    })
    return { status: answer.statusCode, body: answer.json<OutputOf<typeof sendItem> & { type?: string }>() }
  }
  const packed = async (phone: Phone, item: Item, picture: Buffer | null = null) => {
    const itemId = uuidv7()
    return { itemId, envelope: Buffer.from(await sealed(phone, itemId, item, picture), 'base64') }
  }
  const sheets = async (taskId: TaskId) => (await clerk.get(listSheets, { taskId })).sheets
  return {
    ...{ cloud, town, disasterId, clerk, neighbour, teams },
    ...{ house, ask, allow, enrol, phoneOf, sealed, sheetItem, packed, send, sendBytes, sheets },
  }
}
