import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { bytesFields, PieceField } from '../files/files.contract.ts'
import { PhotoIdField } from '../surveys/photos.contract.ts'
import { recordSheet, SheetView } from '../surveys/sheets.contract.ts'
import { PointField, StageField, StateField, TaskIdField, text, valuesOf } from '../surveys/tasks.contract.ts'
import { ItemIdField } from './field.contract.ts'
import { fieldProblems as problems } from './field.messages.ts'
import { itemStates, parkedReasons, passStates } from './field.ts'

const Instant = z.iso.datetime({ offset: true })

/** What the phone says of itself whenever it is heard of. */
const Unsent = z.object({
  count: z.int().min(0).max(100_000),
  since: Instant.nullable(),
})

/** Binds the pass behind a code to this phone: the code is used up. The town is named as `municipalityCode`. */
export const enrolDevice = endpoint({
  name: 'enrolFieldDevice',
  method: 'POST',
  path: '/api/field/enrol',
  title: '調査端末の登録',
  permission: 'public',
  input: z.object({
    municipalityCode: z.string().length(6),
    code: z.string().min(1).max(40).meta({ title: '登録コード' }),
    device: text('端末', 60),
  }),
  output: z.object({
    passId: z.string(),
    /** For reading assignments; the phone keeps it behind its PIN. */
    token: z.string(),
    /** For handing over what is sealed already. */
    sendToken: z.string(),
    keyId: z.string(),
    /** Of the town: ECDH P-256, base64. */
    publicKey: z.string(),
    name: z.string(),
    municipalityName: z.string(),
    disasterName: z.string(),
    teamName: z.string(),
    members: z.array(z.string()),
    validFrom: z.string(),
    validUntil: z.string(),
    guidelineCode: z.string(),
    occurredOn: z.string(),
    hazards: z.array(z.string()),
  }),
  problems: [problems.codeUnknown],
})

export const CarriedTask = z.object({
  taskId: z.string(),
  taskNo: z.string(),
  version: z.number(),
  stage: StageField,
  state: StateField,
  areaName: z.string(),
  /** '' = concealed. */
  address: z.string(),
  headName: z.string(),
  applicantName: z.string(),
  phone: z.string(),
  note: z.string(),
  point: PointField.nullable(),
  urgent: z.boolean(),
  claimedBy: z.string().nullable(),
  suppressed: z.boolean(),
  sheets: z.array(
    SheetView.pick({
      sheetId: true,
      sheetNo: true,
      grade: true,
      surveyedOn: true,
      surveyors: true,
      witness: true,
      note: true,
      sheet: true,
      recordedBy: true,
      receivedAt: true,
    }).extend({
      /** Of the survey before this one. */
      earlier: z.boolean(),
    }),
  ),
})

/** The team's houses that are not finished, page by page; or those of them that are named. */
export const getWork = endpoint({
  name: 'getFieldWork',
  method: 'POST',
  path: '/api/field/work',
  title: '端末に入れる調査対象',
  permission: 'field.work',
  reads: true,
  input: z.object({
    after: z.uuid().nullable(),
    limit: z.int().min(1).max(1_000).default(500),
    /** Empty = all. */
    taskIds: z.array(TaskIdField).max(1_000).default([]),
  }),
  output: z.object({ tasks: z.array(CarriedTask), next: z.string().nullable() }),
  problems: [problems.passEnded],
})

/** How the pass stands. Asked without the PIN too, so that a lost phone learns that it is to be emptied. */
export const tellDevice = endpoint({
  name: 'tellFieldDevice',
  method: 'POST',
  path: '/api/field/contact',
  title: '調査端末の連絡',
  permission: 'field.send',
  input: z.object({
    unsent: Unsent,
    /** The phone has removed everything. */
    wiped: z.boolean(),
    sentAt: Instant,
  }),
  output: z.object({
    state: z.enum(valuesOf(passStates)),
    now: z.string(),
  }),
})

const sentItem = {
  itemId: ItemIdField,
  keyId: z.uuid(),
  unsent: Unsent,
  /** The phone's clock when it sends this: how far it is off. */
  sentAt: Instant,
}
const SentOutcome = z.object({
  state: z.enum(valuesOf(itemStates)),
  why: z.enum(valuesOf(parkedReasons)).nullable(),
  /** Another team recorded the same house: both sheets are kept, and somebody decides. */
  conflict: z.boolean(),
  passState: z.enum(valuesOf(passStates)),
})

/**
 * One thing that was recorded, as the phone sealed it to the town: it makes photos so small that each is one request. Sent again under
 * its id, in either form, it is answered as before.
 */
export const sendSealedItem = endpoint({
  name: 'sendSealedFieldItem',
  method: 'POST',
  path: '/api/field/items/sealed',
  title: '調査端末からの送信',
  permission: 'field.send',
  takes: 'application/octet-stream',
  input: z.object({ ...sentItem, ...bytesFields }),
  output: SentOutcome,
  problems: [problems.numberTaken],
})

/** The same as text: of phones whose app is older than our form for bytes, and where something on the way lets bytes not through. */
export const sendItem = endpoint({
  name: 'sendFieldItem',
  method: 'POST',
  path: '/api/field/items',
  title: '調査端末からの送信（文字）',
  permission: 'field.send',
  input: z.object({ ...sentItem, base64: PieceField }),
  output: SentOutcome,
  problems: [problems.numberTaken],
})

/** What is inside an envelope. */
export const Item = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sheet'),
    recordedAt: Instant,
    taskId: TaskIdField,
    sheet: recordSheet.input.omit({ taskId: true, sentAt: true, device: true, recordedAt: true }),
  }),
  z.object({
    kind: z.literal('photo'),
    recordedAt: Instant,
    taskId: TaskIdField,
    photoId: PhotoIdField,
    sheetId: z.uuid().nullable(),
    part: text('部位', 40),
    finding: text('損傷程度', 10),
    note: text('備考', 500),
  }),
  z.object({ kind: z.literal('claim'), recordedAt: Instant, taskId: TaskIdField }),
])
export type Item = z.output<typeof Item>
