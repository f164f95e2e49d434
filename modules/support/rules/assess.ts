import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { DamageGrade } from '../../disasters/grades.ts'
import { all, any, no, unknown, when, yes, type Condition } from './conditions.ts'
import type { Assessment } from './assessment.ts'
import { byGrade, guided, landTax, reduction, residentTaxLoss, residentTaxPerson } from './assess-local.ts'
import { fiscalYearOf, lastDayOfMonths } from './deadlines.ts'
import type { HarmedPerson, HouseholdFacts } from './facts.ts'
import { gateLabel } from './gates.ts'
import {
  loanIncomeCap,
  loanLimit,
  longEvacuationOf,
  rebuildAddition,
  rebuildBase,
  rebuildCategory,
  singleShare,
} from './money.ts'
import type { PriceTable, Programme } from './programme.ts'
import { count, gradeOneOf, told, type Found } from './told.ts'

/** What the town decided about a programme for one disaster; `null` = nothing decided, the programme's own holds. */
export type ProgrammeSetting = {
  readonly offered: boolean | null
  /** 申請期限 as extended or set. */
  readonly deadlineOn: PlainDate | null
  /** 限度額 as the town told it, whole yen. */
  readonly limitYen: number | null
}
export const noSetting: ProgrammeSetting = { offered: null, deadlineOn: null, limitYen: null }

/** Judges one programme for one household. Pure, and the same for the same facts. */
export function assess(
  programme: Programme,
  facts: HouseholdFacts,
  setting: ProgrammeSetting = noSetting,
): Assessment {
  const gate = gateOf(programme, facts, setting)
  const found: Found = gate.holds === false ? { condition: gate } : byRule(programme, facts, setting)
  const condition = all([gate, found.condition])
  const answer = condition.holds === null ? 'unknown' : condition.holds ? 'yes' : 'no'
  const given = answer === 'yes'
  // Of an open amount the household may get something, but nobody can say yet how much: that too is not known.
  const amountYen = given ? (found.amountYen ?? null) : null
  return {
    answer,
    amountYen,
    isLimit: given && found.isLimit === true,
    benefit: given ? (found.benefit ?? null) : null,
    shares: given ? (found.shares ?? []) : [],
    reasons: condition.reasons,
    missing: condition.missing,
    deadlineOn:
      setting.deadlineOn ??
      (programme.months === null ? null : lastDayOfMonths(facts.occurredOn, programme.months)),
  }
}

/** Whether a version of a programme rules a disaster. */
export function rulesOn(programme: Pick<Programme, 'fromOn' | 'untilOn'>, occurredOn: PlainDate): boolean {
  return programme.fromOn <= occurredOn && (programme.untilOn === null || occurredOn <= programme.untilOn)
}

function gateOf(programme: Programme, facts: HouseholdFacts, setting: ProgrammeSetting): Condition {
  if (setting.offered === false) return no('この災害では実施しません', programme.basis)
  if (programme.gate === 'town') {
    return setting.offered === true
      ? yes('市町村がこの災害で実施しています', programme.basis)
      : unknown('offered', 'この災害で実施するかどうかが決まっていません', programme.basis)
  }
  if (programme.gate === 'none') return yes('法の適用を問わず案内します', programme.basis)
  const applied = facts.gates[programme.gate]
  const label = gateLabel(programme.gate)
  if (applied === undefined)
    return unknown(`gate:${programme.gate}`, `${label}が登録されていません`, programme.basis)
  return applied ? yes(`${label}：あり`, programme.basis) : no(`${label}：なし`, programme.basis)
}

function byRule(programme: Programme, facts: HouseholdFacts, setting: ProgrammeSetting): Found {
  const { rule } = programme
  switch (rule.kind) {
    case 'rebuild-base':
      return rebuildBaseOf(facts)
    case 'rebuild-addition':
      return rebuildAdditionOf(facts)
    case 'rebuild-special-evacuation':
      return specialEvacuation(facts)
    case 'condolence':
      return perPerson(facts, 'dead')
    case 'disability':
      return perPerson(facts, 'disabled')
    case 'relief-loan':
      return reliefLoan(facts)
    case 'repair':
      return repair(facts, rule.grades, setting.limitYen ?? priceOf(rule.prices, facts.occurredOn))
    case 'temporary-housing':
      return temporaryHousing(facts, rule.rented)
    case 'relief-in-kind':
      return inKind(facts, rule.when)
    case 'by-grade':
      return byGrade(facts, rule)
    case 'reduction':
      return reduction(facts, rule)
    case 'guide':
      return guided(facts, rule, programme.basis)
    case 'resident-tax-person':
      return residentTaxPerson(facts)
    case 'resident-tax-loss':
      return residentTaxLoss(facts)
    case 'land-tax':
      return landTax(facts)
  }
}

/** The limit of the fiscal year of the disaster; `null` where no notice of that year is on record. */
export function priceOf(prices: PriceTable, occurredOn: PlainDate): number | null {
  const year = fiscalYearOf(occurredOn)
  return prices.find((price) => price.year === year)?.yen ?? null
}

const LAW = '被災者生活再建支援法'

/** 支援法2条2号: イ 全壊, ロ 解体, ハ 長期避難, ニ 大規模半壊, ホ 中規模半壊. */
function rebuildRoutes(facts: HouseholdFacts): Condition {
  const half: readonly DamageGrade[] = ['G2', 'G3', 'G4']
  return any([
    gradeOneOf(facts, ['G1', 'G2', 'G3'], `${LAW}2条2号イ・ニ・ホ`),
    all([
      told(facts, 'demolished', 'やむを得ず住家を解体した', `${LAW}2条2号ロ`),
      any([
        gradeOneOf(facts, half, `${LAW}2条2号ロ`),
        told(facts, 'siteDamaged', '敷地に被害がある', `${LAW}2条2号ロ`),
      ]),
    ]),
    when(longEvacuationOf(facts), 'longEvacuation', '長期避難世帯に当たる', `${LAW}2条2号ハ`),
  ])
}

function membersKnown(facts: HouseholdFacts): Condition {
  if (facts.members === null) return unknown('members', '災害時の世帯員数がわかりません', `${LAW}3条2項`)
  const text =
    facts.members === 1 ? '災害時の世帯員は1人（単数世帯）' : `災害時の世帯員は${facts.members}人（複数世帯）`
  return yes(text, `${LAW}3条2項`)
}

function rebuildBaseOf(facts: HouseholdFacts): Found {
  const routes = rebuildRoutes(facts)
  const category = rebuildCategory(facts)
  // 中規模半壊 has the addition alone: the base is 0 yen, which is not paid. Who had to pull the house down or may not come
  // back for long has it whole, so that a no waits for both.
  const beyond = any([
    told(facts, 'demolished', 'やむを得ず住家を解体した', `${LAW}2条2号ロ`),
    when(longEvacuationOf(facts), 'longEvacuation', '長期避難世帯に当たる', `${LAW}2条2号ハ`),
  ])
  const base: Condition =
    category !== 'C'
      ? yes('基礎支援金のある被害です', `${LAW}3条2項`)
      : beyond.holds === null
        ? beyond
        : no('中規模半壊に基礎支援金はありません（加算支援金の対象です）', `${LAW}3条5項`)
  return {
    condition: all([routes, category === null ? routes : base, membersKnown(facts)]),
    ...amount(category === null || facts.members === null ? null : rebuildBase(category, facts.members)),
  }
}

function rebuildAdditionOf(facts: HouseholdFacts): Found {
  const category = rebuildCategory(facts)
  const { rebuild } = facts
  const way: Condition =
    rebuild === null
      ? unknown('rebuild', '住まいの再建の方法がわかりません', `${LAW}3条2項各号`)
      : rebuild === 'public-rent'
        ? no('公営住宅への入居に加算支援金はありません', `${LAW}3条2項3号`)
        : yes(
            `再建の方法：${{ build: '建設・購入', repair: '補修', rent: '賃借' }[rebuild]}`,
            `${LAW}3条2項・3項`,
          )
  return {
    condition: all([rebuildRoutes(facts), way, membersKnown(facts)]),
    ...amount(
      category === null || facts.members === null || rebuild === null
        ? null
        : rebuildAddition(category, rebuild, facts.members),
    ),
  }
}

function specialEvacuation(facts: HouseholdFacts): Found {
  const article = '被災者生活再建支援法施行令3条'
  const { members } = facts
  let yen: number | null = null
  if (members !== null && facts.rebuild !== null) {
    const paid = rebuildBase('A', members) + rebuildAddition('A', facts.rebuild, members)
    yen = Math.min(singleShare(700_000, members), singleShare(3_000_000, members) - paid)
  }
  const capped: Condition =
    yen === 0
      ? no('基礎・加算と合わせた上限（300万円。単数世帯は225万円）に達しています', article)
      : yes('上限に達していません', article)
  const way: Condition =
    facts.rebuild === null ? unknown('rebuild', '上限を計算する再建の方法がわかりません', article) : capped
  return {
    condition: all([
      told(facts, 'specialEvacuation', '特定長期避難世帯に当たる', article),
      membersKnown(facts),
      way,
    ]),
    ...amount(yen),
  }
}

function amount(yen: number | null): Pick<Found, 'amountYen'> {
  return { amountYen: yen }
}

function perPerson(facts: HouseholdFacts, harm: HarmedPerson['harm']): Found {
  const law = '災害弔慰金の支給等に関する法律'
  const [article, share, word] =
    harm === 'dead'
      ? ([`${law}3条`, 5_000_000, '亡くなった方'] as const)
      : ([`${law}8条`, 2_500_000, '重い障害を負った方'] as const)
  if (facts.harmed === null) return { condition: unknown('harmed', `${word}の有無がわかりません`, article) }
  const people = facts.harmed.filter((one) => one.harm === harm)
  const entitled = people.filter((one) => one.barred === false && one.supporter !== null)
  const open = people.filter((one) => one.barred === null || (one.barred === false && one.supporter === null))
  const condition: Condition =
    people.length === 0
      ? no(`世帯に${word}はいません`, article)
      : open.length > 0
        ? unknown('harmed', '生計を主に維持していたか、支給されない事由がないかを確かめてください', article)
        : entitled.length === 0
          ? no(
              '故意・重大な過失、又は業務上の給付があるため支給されません',
              harm === 'dead' ? `${law}5条` : `${law}9条`,
            )
          : yes(`${word}：${entitled.length}人`, article)
  const shares = entitled.map((one) => ({
    personRef: one.personRef,
    amountYen: Math.max(
      0,
      (one.supporter === true ? share : share / 2) - (harm === 'dead' ? one.disabilityPaidYen : 0),
    ),
  }))
  return { condition, shares, amountYen: shares.reduce((sum, one) => sum + one.amountYen, 0) }
}

function reliefLoan(facts: HouseholdFacts): Found {
  const law = '災害弔慰金の支給等に関する法律施行令'
  const injured = told(facts, 'headInjuredMonth', '世帯主が療養1か月以上の負傷をした', `${law}7条1項1号`)
  const damaged = any([
    told(facts, 'houseLost', '住家の全体が滅失・流失した', `${law}7条1項`),
    gradeOneOf(facts, ['G1', 'G2', 'G3', 'G4'], `${law}7条1項`),
    told(facts, 'goodsThirdLost', '家財の3分の1以上に損害がある', `${law}7条1項`),
  ])
  const income = ((): Condition => {
    if (facts.incomeYen === null)
      return unknown('incomeYen', '世帯の総所得金額がわかりません', `${law}4条・5条`)
    if (facts.houseLost !== true && facts.members === null)
      return unknown('members', '災害時の世帯員数がわかりません', `${law}5条`)
    const cap = loanIncomeCap(facts.members ?? 1, facts.houseLost === true)
    const text = `総所得金額 ${facts.incomeYen.toLocaleString('ja-JP')}円（限度 ${cap.toLocaleString('ja-JP')}円）`
    if (facts.incomeYen <= cap) return yes(text, `${law}5条`)
    return facts.houseLost === null
      ? unknown('houseLost', `${text}。住家の滅失のときは限度が変わります`, `${law}5条`)
      : no(text, `${law}5条`)
  })()
  const limit = loanLimit(facts)
  return {
    condition: all([any([injured, damaged]), income, limitKnown(facts, limit)]),
    amountYen: limit,
    isLimit: true,
  }
}

/** The head's injury raises the limit: as long as nobody asked, the limit is not known. */
function limitKnown(facts: HouseholdFacts, limit: number | null): Condition {
  const article = '災害弔慰金の支給等に関する法律施行令7条'
  if (limit !== null) return yes('貸付限度額の区分が決まります', article)
  const missing = (['headInjuredMonth', 'houseLost', 'goodsThirdLost'] as const).find(
    (key) => facts[key] === null,
  )
  return missing === undefined
    ? unknown('grade', '貸付限度額の区分が決まりません', article)
    : unknown(missing, '貸付限度額の区分を決める事情がわかりません', article)
}

function repair(facts: HouseholdFacts, grades: readonly DamageGrade[], limitYen: number | null): Found {
  const article = '災害救助法4条1項6号'
  const housing: Condition =
    facts.usesTemporaryHousing === null
      ? unknown('usesTemporaryHousing', '応急仮設住宅の利用がわかりません', article)
      : !facts.usesTemporaryHousing
        ? yes('応急仮設住宅を利用していません', article)
        : when(
            facts.repairOverMonth,
            'repairOverMonth',
            '応急仮設住宅を利用中（修理が1か月を超える世帯に限り併用できます）',
            article,
          )
  const means: Condition =
    facts.grade === 'G2'
      ? yes('大規模半壊は資力を問いません', article)
      : told(facts, 'cannotAfford', '自らの資力では修理できない（申出）', article)
  return {
    condition: all([
      gradeOneOf(facts, grades, article),
      means,
      housing,
      limitYen === null
        ? unknown('price', '災害の年度の限度額が登録されていません', '内閣府告示')
        : yes(`限度額 ${limitYen.toLocaleString('ja-JP')}円`, '内閣府告示'),
    ]),
    amountYen: limitYen,
    isLimit: true,
  }
}

function temporaryHousing(facts: HouseholdFacts, rented: boolean): Found {
  const article = '災害救助法4条1項1号'
  const lost = any([
    gradeOneOf(facts, ['G1'], article),
    told(facts, 'houseLost', '住家の全体が滅失・流失した', article),
    all([
      gradeOneOf(facts, ['G2', 'G3', 'G4'], article),
      told(facts, 'mustDemolish', '半壊以上で、解体せざるを得ない', article),
    ]),
    ...(rented
      ? [
          told(facts, 'uninhabitableMonth', '1か月以上住めない', article),
          told(facts, 'repairOverMonth', '応急修理が1か月を超える', article),
        ]
      : []),
  ])
  return {
    condition: all([
      lost,
      told(facts, 'cannotAfford', '自らの資力では住まいを確保できない（申出）', article),
    ]),
    benefit: '住宅の供与（原則2年以内）',
  }
}

type InKind = 'lost-house' | 'pupils' | 'dead' | 'needs-welfare' | null
function inKind(facts: HouseholdFacts, opened: InKind): Found {
  const article = '災害救助法4条1項'
  const benefit = '現物の給付'
  const damaged = any([
    gradeOneOf(facts, ['G1', 'G2', 'G3', 'G4', 'G5'], article),
    told(facts, 'floodedAboveFloor', '床上浸水した', article),
  ])
  switch (opened) {
    case null:
      return { condition: yes('必要な方はどなたも受けられます', article), benefit }
    case 'lost-house':
      return { condition: damaged, benefit }
    case 'pupils':
      return { condition: all([damaged, count(facts.pupils, 'pupils', '児童・生徒', article)]), benefit }
    case 'dead':
      return {
        condition:
          facts.harmed === null
            ? unknown('harmed', '亡くなった方の有無がわかりません', article)
            : facts.harmed.some((one) => one.harm === 'dead')
              ? yes('亡くなった方がいます', article)
              : no('世帯に亡くなった方はいません', article),
        benefit,
      }
    case 'needs-welfare':
      return { condition: told(facts, 'needsWelfare', '福祉サービスの提供が必要', article), benefit }
  }
}
