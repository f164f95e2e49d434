import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { At, Day, IssuerOrigin, KindCode, Note, PlaceId, ShortId, Town, Words } from './registry-fields.ts'
import { notAdmitted, registryProblems as problems } from './registry.messages.ts'

/**
 * 台帳: what operators of the centre see and keep about towns with their dated routes, operators (事業者), relays, stores,
 * machines with their admission, and contacts. Dated rows whose day has come are ended, never rewritten.
 */

/**
 * What the one who saves saw. `null` = it must not be there yet, so that a slip in an id changes nothing that is; otherwise
 * what stands there must still be the same, so that of two who change it at once the second is told.
 */
const seen = <Row extends z.ZodType>(row: Row) => row.nullable().default(null)

const view = { method: 'GET', permission: 'center.view' } as const
const write = { method: 'POST', permission: 'center.register' } as const
const Saved = z.object({ saved: z.literal(true) })

const Route = z.object({
  kind: KindCode,
  ja: z.string(),
  /** bcl = BCL, own = the town's own 証明発行サーバ */
  issuer: z.enum(['bcl', 'own']),
  endpoint: IssuerOrigin,
  fromOn: Day,
  untilOn: Day.nullable(),
  /** What rules on the day asked about: of several rows the latest that has begun. */
  state: z.enum(['rules', 'future', 'over', 'withdrawn']),
})

export const TownRow = z.object({
  municipalityCode: Town,
  prefecture: z.string(),
  name: z.string(),
  pattern: z.enum(['A1', 'A2', 'A3', 'B']).nullable(),
  joinedOn: Day.nullable(),
  /** Kinds that have a route on the day. */
  kinds: z.array(KindCode),
  /** A stop of the town stands. */
  stopped: z.boolean(),
})

export const listRegistryTowns = endpoint({
  ...view,
  name: 'listRegistryTowns',
  path: '/api/center/towns',
  title: '市区町村の一覧',
  input: z.object({ onDate: Day.optional() }),
  output: z.object({ onDate: Day, towns: z.array(TownRow) }),
})

export const getRegistryTown = endpoint({
  ...view,
  name: 'getRegistryTown',
  path: '/api/center/towns/:municipalityCode',
  title: '市区町村の登録内容',
  input: z.object({ municipalityCode: Town, onDate: Day.optional() }),
  output: TownRow.extend({ onDate: Day, routes: z.array(Route) }),
})

export const saveRegistryTown = endpoint({
  ...write,
  name: 'saveRegistryTown',
  path: '/api/center/towns',
  title: '市区町村の登録',
  input: z.object({
    municipalityCode: Town,
    prefecture: Words.meta({ title: '都道府県' }),
    name: Words.meta({ title: '市区町村名' }),
    pattern: z.enum(['A1', 'A2', 'A3', 'B']).meta({ title: '参加パターン' }),
    joinedOn: Day.meta({ title: '交付開始日' }),
    was: seen(TownRow.pick({ prefecture: true, name: true, pattern: true, joinedOn: true })),
  }),
  output: Saved,
  problems: [problems.alreadyThere, problems.changedMeanwhile],
})

/** In production only what passed 工程2 and 工程3 (`stages.contract.ts`) gets a route. */
export const addRoute = endpoint({
  ...write,
  name: 'addRoute',
  path: '/api/center/towns/:municipalityCode/routes',
  title: '交付の経路の登録',
  input: z.object({
    municipalityCode: Town,
    kind: KindCode,
    issuer: z.enum(['bcl', 'own']).meta({ title: '発行元' }),
    endpoint: IssuerOrigin,
    fromOn: Day.meta({ title: '開始日' }),
    untilOn: Day.nullable().meta({ title: '最終日' }),
  }),
  output: Saved,
  problems: [problems.alreadyThere, problems.pastDay, problems.notTested],
})

/** Sets the last day of a route, today at the earliest. */
export const endRoute = endpoint({
  ...write,
  name: 'endRoute',
  path: '/api/center/towns/:municipalityCode/routes/end',
  title: '交付の経路の終了',
  input: z.object({ municipalityCode: Town, kind: KindCode, fromOn: Day, untilOn: Day }),
  output: Saved,
  problems: [problems.pastDay],
})

/** Takes back a route that has not begun. */
export const withdrawRoute = endpoint({
  ...write,
  name: 'withdrawRoute',
  path: '/api/center/towns/:municipalityCode/routes/withdraw',
  title: '始まる前の経路の取消し',
  input: z.object({ municipalityCode: Town, kind: KindCode, fromOn: Day }),
  output: Saved,
  problems: [problems.begun],
})

const OfferedKind = z.object({ kind: KindCode, ja: z.string(), fromOn: Day, untilOn: Day.nullable() })
const OperatorRow = z.object({
  operatorId: ShortId,
  ja: z.string(),
  /** chain = shops, post = post offices, hall = a town in its own buildings */
  sort: z.enum(['chain', 'post', 'hall']),
  municipalityCode: Town.nullable(),
  joinedOn: Day,
  leftOn: Day.nullable(),
  stores: z.int(),
  /** Machines that are not revoked. */
  kiosks: z.int(),
  kinds: z.array(OfferedKind),
  relays: z.array(z.object({ relayId: ShortId, ja: z.string(), fromOn: Day, untilOn: Day.nullable() })),
})

export const listOperators = endpoint({
  ...view,
  name: 'listOperators',
  path: '/api/center/operators',
  title: '事業者の一覧',
  input: z.object({}),
  output: z.object({ operators: z.array(OperatorRow) }),
})

/** Sort, town and first day of an operator stay as they were first registered. */
export const saveOperator = endpoint({
  ...write,
  name: 'saveOperator',
  path: '/api/center/operators',
  title: '事業者の登録',
  input: z.object({
    operatorId: ShortId.meta({ title: '事業者ID' }),
    ja: Words.meta({ title: '事業者名' }),
    sort: z.enum(['chain', 'post', 'hall']).meta({ title: '区分' }),
    municipalityCode: Town.nullable().meta({ title: '庁舎の団体コード' }),
    joinedOn: Day.meta({ title: '参加日' }),
    leftOn: Day.nullable().meta({ title: '最終日' }),
    was: seen(OperatorRow.pick({ ja: true, leftOn: true })),
  }),
  output: Saved,
  problems: [problems.alreadyThere, problems.changedMeanwhile],
})

export const addOperatorKind = endpoint({
  ...write,
  name: 'addOperatorKind',
  path: '/api/center/operators/:operatorId/kinds',
  title: '事業者の取扱証明書の登録',
  input: z.object({ operatorId: ShortId, kind: KindCode, fromOn: Day, untilOn: Day.nullable() }),
  output: Saved,
  problems: [problems.alreadyThere, problems.pastDay],
})

export const endOperatorKind = endpoint({
  ...write,
  name: 'endOperatorKind',
  path: '/api/center/operators/:operatorId/kinds/end',
  title: '事業者の取扱証明書の終了',
  input: z.object({ operatorId: ShortId, kind: KindCode, fromOn: Day, untilOn: Day }),
  output: Saved,
  problems: [problems.pastDay],
})

export const saveRelay = endpoint({
  ...write,
  name: 'saveRelay',
  path: '/api/center/relays',
  title: '事業者の中継の登録',
  input: z.object({
    relayId: ShortId.meta({ title: '中継ID' }),
    operatorId: ShortId,
    ja: Words.meta({ title: '名称' }),
    fromOn: Day.meta({ title: '開始日' }),
    untilOn: Day.nullable().meta({ title: '最終日' }),
    was: seen(z.object({ ja: Words, untilOn: Day.nullable() })),
  }),
  output: Saved,
  problems: [problems.alreadyThere, problems.changedMeanwhile],
})

const Store = z.object({
  storeId: PlaceId.meta({ title: '設置場所ID' }),
  operatorId: ShortId,
  relayId: ShortId.nullable(),
  ja: Words.meta({ title: '名称' }),
  /** Where it stands. */
  municipalityCode: Town.meta({ title: '所在地の市区町村' }),
  address: z.string().trim().min(1).max(200).meta({ title: '所在地' }),
  latitude: z.number().min(-90).max(90).nullable().meta({ title: '緯度' }),
  longitude: z.number().min(-180).max(180).nullable().meta({ title: '経度' }),
  openedOn: Day.meta({ title: '開始日' }),
  closedOn: Day.nullable().meta({ title: '最終日' }),
})

const SearchWords = z.string().trim().min(1).max(100)

export const listStores = endpoint({
  ...view,
  name: 'listStores',
  path: '/api/center/stores',
  title: '設置場所の一覧',
  input: z.object({
    operatorId: ShortId.optional(),
    municipalityCode: Town.optional(),
    /** A part of its id, name or address. */
    words: SearchWords.optional(),
    /** After this id, 500 at a time. */
    after: PlaceId.optional(),
  }),
  output: z.object({ stores: z.array(Store.extend({ kiosks: z.int() })), more: z.boolean() }),
})

export const getStore = endpoint({
  ...view,
  name: 'getStore',
  path: '/api/center/stores/:storeId',
  title: '設置場所の登録内容',
  input: z.object({ storeId: PlaceId }),
  output: Store,
})

/** Operator, town and first day of a store stay as they were first registered. */
export const saveStore = endpoint({
  ...write,
  name: 'saveStore',
  path: '/api/center/stores',
  title: '設置場所の登録',
  input: Store.extend({ was: seen(Store) }),
  output: Saved,
  problems: [problems.alreadyThere, problems.changedMeanwhile],
})

const Admission = z.object({
  admitted: z.boolean(),
  /** What is still missing, in the order in which it is done. */
  missing: z.array(z.enum(['enrolment', 'connection-test', 'security-check'])),
  /** The security check counts until this day. */
  checkedUntil: Day.nullable(),
})
const KioskRow = z.object({
  kioskId: PlaceId,
  name: z.string(),
  place: z.string(),
  operatorId: ShortId.nullable(),
  operator: z.string(),
  storeId: PlaceId.nullable(),
  usage: z.enum(['kiosk', 'counter']),
  onlyMunicipality: Town.nullable(),
  registeredAt: At,
  enrolledAt: At.nullable(),
  revokedAt: At.nullable(),
  /** When a session was last begun or touched there. */
  lastSeenAt: At.nullable(),
  admission: Admission,
})

export const listKiosks = endpoint({
  ...view,
  name: 'listKiosks',
  path: '/api/center/kiosks',
  title: '端末の一覧',
  input: z.object({
    operatorId: ShortId.optional(),
    storeId: PlaceId.optional(),
    /** A part of its id, name or place. */
    words: SearchWords.optional(),
    /** After this id, 500 at a time. */
    after: PlaceId.optional(),
  }),
  output: z.object({ kiosks: z.array(KioskRow), more: z.boolean() }),
})

export const getKiosk = endpoint({
  ...view,
  name: 'getKiosk',
  path: '/api/center/kiosks/:kioskId',
  title: '端末の登録内容',
  input: z.object({ kioskId: PlaceId }),
  output: KioskRow.extend({
    keys: z.array(z.object({ keyId: z.string(), enrolledAt: At, revokedAt: At.nullable() })),
    admissions: z.array(
      z.object({
        step: z.enum(['connection-test', 'security-check']),
        passed: z.boolean(),
        doneAt: At,
        doneBy: z.string(),
        validUntil: Day.nullable(),
        /** Measured or ticked off. */
        facts: z.record(z.string(), z.unknown()),
        note: z.string(),
        /** Of a key that is no longer the machine's. */
        formerKey: z.boolean(),
      }),
    ),
  }),
})

export const saveKiosk = endpoint({
  ...write,
  name: 'saveKiosk',
  path: '/api/center/kiosks',
  title: '端末の登録',
  input: z.object({
    kioskId: PlaceId.meta({ title: '端末ID' }),
    storeId: PlaceId,
    name: Words.meta({ title: '名称' }),
    usage: z.enum(['kiosk', 'counter']).meta({ title: '用途' }),
    /** A machine that serves this town alone. */
    onlyMunicipality: Town.nullable().meta({ title: '対象の市区町村' }),
    was: seen(KioskRow.pick({ storeId: true, name: true, usage: true, onlyMunicipality: true })),
  }),
  output: Saved,
  problems: [problems.alreadyThere, problems.changedMeanwhile, problems.notThisTown],
})

export const issueKioskCode = endpoint({
  ...write,
  permission: 'center.admit',
  name: 'issueKioskCode',
  path: '/api/center/kiosks/:kioskId/code',
  title: '利用開始コードの発行',
  input: z.object({ kioskId: PlaceId }),
  output: z.object({
    /** `1234-5678-9012`, good once and for a day. Shown now and never again. */
    code: z.string(),
    expiresAt: At,
  }),
})

/** What a person looked at before the machine may be connected. Each must be yes for the check to be passed. */
export const securityCheckItems = {
  dedicatedLine: '専用回線または閉域網で接続している',
  noOtherUse: '証明書交付の画面のほかに、利用者が触れる操作がない',
  erased: '印刷の後、端末に証明書のデータが残らない',
  updated: 'OSと閲覧ソフトに、既知の重大な脆弱性がない',
  cardReader: 'カードの取り忘れを知らせる',
  locked: '筐体・硬貨・用紙の扉に鍵がある',
} as const
const itemCodes = Object.keys(securityCheckItems) as [keyof typeof securityCheckItems]

export const recordSecurityCheck = endpoint({
  ...write,
  permission: 'center.admit',
  name: 'recordSecurityCheck',
  path: '/api/center/kiosks/:kioskId/security-check',
  title: 'セキュリティ確認の記録',
  input: z.object({
    kioskId: PlaceId,
    /** What is not named is no. */
    items: z.partialRecord(z.enum(itemCodes), z.boolean()),
    /** To be repeated by this day; a year at most. */
    validUntil: Day.meta({ title: '次の確認の期限' }),
    note: Note,
  }),
  output: z.object({ passed: z.boolean(), admission: Admission }),
  problems: [problems.notEnrolled],
})

export const revokeKiosk = endpoint({
  ...write,
  permission: 'center.stop',
  name: 'revokeKiosk',
  path: '/api/center/kiosks/:kioskId/revoke',
  title: '端末の利用停止（鍵の失効）',
  input: z.object({ kioskId: PlaceId, note: Note }),
  output: z.object({ revoked: z.literal(true) }),
})

const Contact = z.object({
  party: z.enum(['town', 'operator', 'bcl', 'jpki']),
  /** Code of the town or id of the operator; empty for BCL and JPKI. */
  partyKey: z.string().max(32),
  ja: Words.meta({ title: '部署・窓口' }),
  mail: z.email().max(254).meta({ title: 'メール' }),
  phone: z
    .string()
    .regex(/^[\d-]{9,15}$/)
    .meta({ title: '電話' }),
})

export const listContacts = endpoint({
  ...view,
  name: 'listContacts',
  path: '/api/center/contacts',
  title: '連絡先',
  input: z.object({ party: Contact.shape.party.optional(), partyKey: z.string().max(32).optional() }),
  output: z.object({ contacts: z.array(Contact.extend({ contactId: z.string() })) }),
})

export const addContact = endpoint({
  ...write,
  name: 'addContact',
  path: '/api/center/contacts',
  title: '連絡先の登録',
  input: Contact,
  output: z.object({ contactId: z.string() }),
})

export const removeContact = endpoint({
  ...write,
  name: 'removeContact',
  path: '/api/center/contacts/:contactId/remove',
  title: '連絡先の削除',
  input: z.object({ contactId: z.uuid() }),
  output: z.object({ removed: z.literal(true) }),
})

/** Signed by a machine that is enrolled, before anything else is open to it: the centre records what it measured. */
export const testKioskConnection = endpoint({
  name: 'testKioskConnection',
  method: 'POST',
  path: '/api/kiosk/connection-test',
  title: '接続試験',
  permission: 'machine.kiosk',
  input: z.object({
    /** What the machine found out about itself. */
    cardReader: z.boolean(),
    printer: z.boolean(),
    /** ms that its first signed message took there and back. */
    roundTripMs: z.int().min(0).max(600_000),
    program: z.string().max(60),
  }),
  output: z.object({ passed: z.boolean(), admitted: z.boolean() }),
  problems: [notAdmitted],
})

export const registryEndpoints = {
  listRegistryTowns,
  getRegistryTown,
  saveRegistryTown,
  addRoute,
  endRoute,
  withdrawRoute,
  listOperators,
  saveOperator,
  addOperatorKind,
  endOperatorKind,
  saveRelay,
  listStores,
  getStore,
  saveStore,
  listKiosks,
  getKiosk,
  saveKiosk,
  issueKioskCode,
  recordSecurityCheck,
  revokeKiosk,
  listContacts,
  addContact,
  removeContact,
} as const satisfies Record<string, Endpoint>
