import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { encodeOneBitPng, readOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { isTiff, readOneBitTiff } from '@open-bcl/platform/pdf/one-bit-tiff.ts'
import { reveal, test, type Guarded } from '../access/guarded.ts'
import type {
  BlockReason,
  CertificateKind,
  Channel,
  FreezeRequest,
  Frozen,
} from '../certificates/certificates.ts'
import { layoutOn } from '../certificates/layouts.ts'
import { printedDate } from '../certificates/papers/printed.ts'
import { SEAL_CERTIFYING_SENTENCE, sealBody, type SealFacts } from '../certificates/papers/seal.ts'
import { blocksOnPerson } from '../certificates/person-blocks.actions.ts'
import { dead, movedOut, movingOut } from '../certificates/person-blocks.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import type { Entry } from '../registers/entries.ts'
import { findEntries, hadEntries } from '../registers/registers.actions.ts'
import { currentSeq, findResident, getResident } from '../residents/residents.actions.ts'
import { addressLine, type ResidentRecord } from '../residents/residents.ts'
import {
  cutSeal,
  faultOfSeals,
  isInForce,
  nameFaults,
  pictureFaults,
  sealOf,
  underFifteen,
  type CutSeal,
  type Seal,
  type SealPictureFault,
} from './seals.ts'

/** 印鑑登録証明書 for the counter and the kiosk. Subject: the 宛名番号 of the person herself. */
export const sealCertificateKind: CertificateKind<Ctx> = {
  code: 'inkan',
  permission: 'seals.issue',
  // The registration ends with the residence.
  forMovedOut: false,
  feeYen: (townFeeYen) => townFeeYen ?? 0,
  subjects: async (ctx, residentNo) =>
    (await findResident(ctx, residentNo, { seq: null })) === null
      ? []
      : [{ subjectId: residentNo, label: '本人の印鑑登録証明書' }],
  choices: async (ctx, subjectId) => {
    await getResident(ctx, subjectId as ResidentNo, { seq: null })
    return []
  },
  people: async (_ctx, subjectId) => [subjectId as ResidentNo],
  blocks: blocksOn,
  freeze,
}

type Holding = {
  readonly person: Guarded<ResidentRecord>
  readonly inForce: readonly Guarded<Entry>[]
  /** Registrations that are cancelled, suspended or begin later. */
  readonly others: number
  readonly had: boolean
}

/** Person and seals as of one number of the town's data. */
async function holdingOf(ctx: Ctx, subjectId: string, seq: bigint): Promise<Holding> {
  const residentNo = subjectId as ResidentNo
  const person = await getResident(ctx, residentNo, { seq })
  const seals = await findEntries(ctx, 'seals', residentNo, { seq })
  const today = todayInJapan(ctx.now)
  const inForce = seals.filter((seal) => test(seal, (entry) => isInForce(sealOf(entry), today)))
  const had = await hadEntries(ctx, 'seals', residentNo, { seq })
  return { person, inForce, others: seals.length - inForce.length, had }
}

async function blocksOn(ctx: Ctx, subjectId: string, channel: Channel): Promise<BlockReason[]> {
  const seq = await currentSeq(ctx)
  const { person, inForce, others, had } = await holdingOf(ctx, subjectId, seq)
  const faults = [dead, movedOut, movingOut, underFifteen(todayInJapan(ctx.now))]
  const blocks = await blocksOnPerson(ctx, 'inkan', person, channel, faults, { seq })
  if (blocks.length > 0) return blocks
  const none = faultOfSeals(inForce.length, others, had)
  const [seal] = inForce
  if (none || !seal) return none ? [none] : []
  const named = nameFaults.filter(({ holds }) =>
    test(seal, (entry) => test(person, (record) => holds(sealOf(entry), record))),
  )
  const drawable = test(seal, (entry) => !('fault' in cutOut(sealOf(entry))))
  const drawn = drawable
    ? []
    : (Object.keys(pictureFaults) as SealPictureFault[])
        .filter((fault) => test(seal, (entry) => hasFault(cutOut(sealOf(entry)), fault)))
        .map((fault) => ({ code: 404, ja: pictureFaults[fault] }) as const)
  return [...named.map(({ code, ja }) => ({ code, ja })), ...drawn]
}

function cutOut({ picture, ...mm }: Seal): CutSeal | { readonly fault: SealPictureFault } {
  const dots = isTiff(picture) ? readOneBitTiff(picture) : readOneBitPng(picture)
  return 'fault' in dots ? dots : cutSeal(dots, mm)
}

function hasFault(cut: ReturnType<typeof cutOut>, fault: SealPictureFault): boolean {
  return 'fault' in cut && cut.fault === fault
}

async function freeze(ctx: Ctx, subjectId: string, request: FreezeRequest): Promise<Frozen> {
  const seq = await currentSeq(ctx)
  const { person, inForce } = await holdingOf(ctx, subjectId, seq)
  const [entry] = inForce
  // `blocks` refused before; none of these must come out even if somebody forgets to ask.
  if (person.suppressed || !entry || inForce.length !== 1)
    throw new Error('no one seal in force of a person who may be named')
  const record = await reveal(ctx, person, 'certificate')
  const seal = sealOf(await reveal(ctx, entry, 'certificate'))
  const cut = cutOut(seal)
  if ('fault' in cut) throw new Error(`a seal that cannot be drawn: ${cut.fault}`)
  const { issueOptions } = await getMunicipality(ctx, request.issuedOn)
  const facts = factsOf(record, seal, cut, issueOptions.sealSex)
  return { layout: layoutOn('inkan', request.issuedOn), ...sealBody(facts, request.paper) }
}

function factsOf(record: ResidentRecord, seal: Seal, cut: CutSeal, withSex: boolean): SealFacts {
  const { name, birth, address, sexText } = record
  const foreign = record.kind === 'foreign'
  const beside = foreign ? [name.latin, name.kanji].find((one) => one !== '' && one !== name.full) : undefined
  const other = foreign ? name.alias : name.former
  return {
    sealImagePng: encodeOneBitPng({ ...cut, grey: 0 }).toString('base64'),
    sealWidthMicrometres: Math.round(cut.widthMm * 1000),
    sealHeightMicrometres: Math.round(cut.heightMm * 1000),
    name: name.full,
    otherName: { heading: foreign ? '通称' : '旧氏', words: other === '' ? null : other },
    besideName: beside ?? null,
    birth: printedDate(birth, foreign ? 'western' : 'wareki') ?? '不詳',
    sex: withSex ? sexText : null,
    address: addressLine(address),
    note: foreign && seal.katakana !== '' ? `氏名のカタカナ表記　${seal.katakana}` : null,
    certifyingSentence: SEAL_CERTIFYING_SENTENCE,
  }
}
