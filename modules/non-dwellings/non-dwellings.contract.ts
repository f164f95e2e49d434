import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { isCorporateNumber } from '@open-bcl/core/ja/check-digits.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { PieceField } from '../files/files.contract.ts'
import { filesProblems } from '../files/files.messages.ts'
import { PersonRefField } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { nonDwellingsProblems as problems } from './non-dwellings.messages.ts'
import {
  damageWords,
  nonDwellingKinds,
  ownerKinds,
  shownFor,
  type DamageWord,
  type NonDwellingId,
  type NonDwellingKind,
  type PropertyWords,
  type ShownFor,
} from './non-dwellings.ts'

const NonDwellingIdField = z.uuid() as unknown as z.ZodType<NonDwellingId, string>
/** The version the clerk saw: another one means that a colleague was first. */
const Version = z.int().min(1)
const KindField = z
  .enum(nonDwellingKinds.map((one) => one.value) as [NonDwellingKind, ...NonDwellingKind[]])
  .meta({ title: '種類' })
const DamageField = z
  .enum(damageWords.map((one) => one.value) as [DamageWord, ...DamageWord[]])
  .meta({ title: '被害' })
const OwnerKindField = z.enum(ownerKinds.map((one) => one.value)).meta({ title: '所有者の区分' })

const text = (title: string, max: number) =>
  z.string().trim().max(max, `${max}文字以内で入力してください`).meta({ title })
const required = (title: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `${title}を入力してください`)
    .max(max, `${max}文字以内で入力してください`)
    .meta({ title })

const Words = z.object({
  ownerName: required('所有者の氏名・名称', 100),
  ownerAddress: text('所有者の住所・所在地', 200),
  phone: text('電話番号', 20),
  corporateNo: z
    .string()
    .trim()
    .refine((number) => number === '' || isCorporateNumber(number), '13桁の法人番号を入力してください')
    .meta({ title: '法人番号' }),
  name: required('物件の名称・目印', 100),
  place: required('被災場所', 200),
  note: text('備考', 500),
}) satisfies z.ZodType<PropertyWords>

/** Of a protected person every place and contact is ''. */
const WordsView = z.object({
  ownerName: z.string().meta({ title: '所有者' }),
  ownerAddress: z.string(),
  phone: z.string(),
  corporateNo: z.string(),
  name: z.string().meta({ title: '物件' }),
  place: z.string().meta({ title: '被災場所' }),
  note: z.string(),
})

const Property = z.object({
  nonDwellingId: z.string(),
  disasterId: z.string(),
  personRef: z.string(),
  kind: KindField,
  ownerKind: OwnerKindField,
  /** `null` = nobody has looked yet. */
  result: DamageField.nullable(),
  reportId: z.string().nullable(),
  version: z.number(),
  registeredAt: z.string().meta({ title: '登録日時' }),
  suppressed: z.boolean().meta({ title: '支援措置' }),
  words: WordsView,
})

const Changed = z.object({ nonDwellingId: z.string(), version: z.number() })

export const draftNonDwelling = endpoint({
  name: 'draftNonDwelling',
  method: 'POST',
  path: '/api/non-dwellings/draft',
  title: '被災非住家の初期値',
  permission: 'non-dwellings.change',
  reads: true,
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({ suppressed: z.boolean(), words: WordsView }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger],
})

export const registerNonDwelling = endpoint({
  name: 'registerNonDwelling',
  method: 'POST',
  path: '/api/non-dwellings',
  title: '被災非住家の登録',
  permission: 'non-dwellings.change',
  input: z.object({
    disasterId: DisasterIdField,
    /** The owner, or who acts for the company, in the ledger. */
    personRef: PersonRefField,
    kind: KindField,
    ownerKind: OwnerKindField,
    words: Words,
  }),
  output: Changed,
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger],
})

/** Of a protected person place, contact, name and note stay as they are, whatever is sent. */
export const changeNonDwelling = endpoint({
  name: 'changeNonDwelling',
  method: 'POST',
  path: '/api/non-dwellings/:nonDwellingId/change',
  title: '被災非住家の記載の変更',
  permission: 'non-dwellings.change',
  input: z.object({
    nonDwellingId: NonDwellingIdField,
    version: Version,
    kind: KindField,
    ownerKind: OwnerKindField,
    words: Words,
  }),
  output: Changed,
  problems: [problems.notFound],
})

export const listNonDwellings = endpoint({
  name: 'listNonDwellings',
  method: 'GET',
  path: '/api/non-dwellings',
  title: '被災非住家の一覧',
  permission: 'non-dwellings.view',
  input: z.object({
    disasterId: DisasterIdField,
    kind: KindField.nullish(),
    /** `open`: nobody has looked yet. */
    result: z.union([DamageField, z.literal('open')]).nullish(),
    personRef: PersonRefField.nullish(),
    after: z.uuid().nullish(),
  }),
  output: z.object({ properties: z.array(Property), next: z.string().nullable() }),
  problems: [ledgerProblems.notFound],
})

export const listNonDwellingOwners = endpoint({
  name: 'listNonDwellingOwners',
  method: 'GET',
  path: '/api/non-dwellings/owners',
  title: '被災非住家の所有者の一覧',
  permission: 'non-dwellings.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    owners: z.array(
      z.object({
        personRef: z.string(),
        ownerName: z.string().meta({ title: '所有者' }),
        ownerKind: OwnerKindField,
        corporateNo: z.string().meta({ title: '法人番号' }),
        properties: z.number().meta({ title: '物件の数' }),
        open: z.number().meta({ title: '未確認' }),
        suppressed: z.boolean(),
      }),
    ),
  }),
  problems: [ledgerProblems.notFound],
})

export const getNonDwelling = endpoint({
  name: 'getNonDwelling',
  method: 'GET',
  path: '/api/non-dwellings/:nonDwellingId',
  title: '被災非住家の照会',
  permission: 'non-dwellings.view',
  input: z.object({ nonDwellingId: NonDwellingIdField }),
  output: z.object({
    property: Property,
    /** Every description it had, the newest first; the last is what was registered. Of a protected person as above. */
    history: z.array(
      z.object({
        kind: KindField,
        ownerKind: OwnerKindField,
        words: WordsView,
        at: z.string().meta({ title: '記載した日時' }),
        by: z.string().meta({ title: '職員' }),
      }),
    ),
    /** Newest first. */
    findings: z.array(
      z.object({
        result: DamageField,
        seenOn: z.string().meta({ title: '確認日' }),
        /** `null` = concealed. */
        note: z.string().nullable().meta({ title: '所見' }),
        at: z.string(),
        by: z.string().meta({ title: '記録者' }),
      }),
    ),
    /** Small pictures; none of a protected person. */
    photos: z.array(z.object({ photoId: z.string(), small: z.string(), at: z.string(), by: z.string() })),
  }),
  problems: [problems.notFound],
})

/** Place, contact and photos of somebody under 支援措置, for those who look after the measures alone. */
export const showProtectedNonDwelling = endpoint({
  name: 'showProtectedNonDwelling',
  method: 'POST',
  path: '/api/non-dwellings/:nonDwellingId/protected',
  title: '支援措置対象者の被災非住家の表示',
  permission: 'protection.view',
  input: z.object({
    nonDwellingId: NonDwellingIdField,
    purpose: z.enum(shownFor.map((one) => one.value) as [ShownFor, ...ShownFor[]]).meta({ title: '目的' }),
  }),
  output: z.object({
    words: WordsView,
    /** Of the findings, the newest first. */
    notes: z.array(z.string()),
    /** Small pictures: JPEG, base64. */
    photos: z.array(z.string()),
  }),
  problems: [problems.notFound, problems.notProtected],
})

export const recordFinding = endpoint({
  name: 'recordNonDwellingFinding',
  method: 'POST',
  path: '/api/non-dwellings/:nonDwellingId/findings',
  title: '被災非住家の被害の記録',
  permission: 'non-dwellings.change',
  input: z.object({
    nonDwellingId: NonDwellingIdField,
    version: Version,
    result: DamageField,
    seenOn: Day.meta({ title: '確認日' }),
    note: required('所見', 500),
  }),
  output: Changed,
  problems: [problems.notFound, problems.seenOutOfRange],
})

/** The picture comes with it where it is small, else in pieces before (`putFilePiece`). Sent again, nothing changes. */
export const addNonDwellingPhoto = endpoint({
  name: 'addNonDwellingPhoto',
  method: 'POST',
  path: '/api/non-dwellings/:nonDwellingId/photos',
  title: '被災非住家の写真の登録',
  permission: 'non-dwellings.change',
  input: z.object({
    nonDwellingId: NonDwellingIdField,
    photoId: z.uuid(),
    picture: z.union([z.object({ base64: PieceField }), z.object({ uploadId: z.uuid() })]),
    fileName: z.string().max(255),
  }),
  output: z.object({ photoId: z.string() }),
  problems: [
    problems.notFound,
    filesProblems.notAPhoto,
    filesProblems.heic,
    filesProblems.video,
    filesProblems.tooManyPixels,
    filesProblems.tooLarge,
    filesProblems.uploadNotFound,
    filesProblems.notWhole,
    filesProblems.noRoom,
    filesProblems.busy,
    filesProblems.infected,
    filesProblems.scannerAway,
    filesProblems.numberTaken,
  ],
})

export const getNonDwellingPhoto = endpoint({
  name: 'getNonDwellingPhoto',
  method: 'GET',
  path: '/api/non-dwellings/photos/:photoId/picture',
  title: '被災非住家の写真',
  permission: 'non-dwellings.view',
  produces: 'image/*',
  input: z.object({ photoId: z.uuid() }),
  output: z.object({}),
  problems: [problems.photosWithheld, filesProblems.lost],
})

/** Takes the 被災届出 in with what is known here; its 受理 and 被災証明書 are made there. */
export const reportNonDwelling = endpoint({
  name: 'reportNonDwelling',
  method: 'POST',
  path: '/api/non-dwellings/:nonDwellingId/report',
  title: '被災非住家の被災届出の受付',
  permission: 'risai.apply',
  input: z.object({
    nonDwellingId: NonDwellingIdField,
    version: Version,
    notifiedOn: Day.meta({ title: '届出日' }),
    damageText: required('被害の状況', 300),
  }),
  output: z.object({ reportId: z.string() }),
  problems: [problems.notFound, problems.alreadyReported, problems.placeTooLong, disastersProblems.notFound],
})

const exported = {
  method: 'GET',
  permission: 'non-dwellings.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({}),
  problems: [ledgerProblems.notFound],
} as const

export const exportNonDwellingsCsv = endpoint({
  ...exported,
  name: 'exportNonDwellingsCsv',
  path: '/api/non-dwellings/export.csv',
  title: '被災非住家の一覧の書き出し（CSV）',
  produces: 'text/csv',
})

export const exportNonDwellingsXlsx = endpoint({
  ...exported,
  name: 'exportNonDwellingsXlsx',
  path: '/api/non-dwellings/export.xlsx',
  title: '被災非住家の一覧の書き出し（Excel）',
  produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})
