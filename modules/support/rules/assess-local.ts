import type { DamageGrade } from '../../disasters/grades.ts'
import { all, any, no, unknown, yes, type Condition } from './conditions.ts'
import type { HouseholdFacts } from './facts.ts'
import type { ByGrade, Programme } from './programme.ts'
import { count, gradeOneOf, told, type Found } from './told.ts'

/** 義援金 of a round and the town's own money: what the allocation gives to this household, all parts together. */
export function byGrade(facts: HouseholdFacts, rule: ByGrade): Found {
  const article = '配分基準・要綱'
  const needsGrade = Object.keys(rule.gradeYen).length > 0
  const needsInjured = rule.injuryYen > 0
  const parts: Condition[] = []
  const missing: Condition[] = []
  let yen = 0
  if (needsGrade) {
    const ofGrade = gradeOneOf(facts, Object.keys(rule.gradeYen) as DamageGrade[], article)
    parts.push(ofGrade)
    if (facts.grade !== null) yen += rule.gradeYen[facts.grade] ?? 0
  }
  if (rule.perMemberYen > 0) {
    const people: Condition =
      facts.members === null
        ? unknown('members', '災害時の世帯員数がわかりません', article)
        : yes(`世帯員 ${facts.members}人`, article)
    // A sum a head goes to whoever gets the grade's sum, or to everybody where there is none.
    if (!needsGrade) parts.push(people)
    if (people.holds === null) missing.push(people)
    if (!needsGrade || (facts.grade !== null && rule.gradeYen[facts.grade] !== undefined))
      yen += rule.perMemberYen * (facts.members ?? 0)
  }
  if (rule.deathYen > 0) {
    const dead = facts.harmed?.filter((one) => one.harm === 'dead').length ?? null
    parts.push(count(dead, 'harmed', '亡くなった方', article))
    yen += rule.deathYen * (dead ?? 0)
  }
  if (needsInjured) {
    parts.push(count(facts.seriouslyInjured, 'seriouslyInjured', '重傷の方', article))
    yen += rule.injuryYen * (facts.seriouslyInjured ?? 0)
  }
  // An exact sum needs every part; a part that is not known may still add to it.
  const open = [...parts, ...missing].filter((part) => part.holds === null)
  const some = any(parts)
  const whole: Condition[] = some.holds === true ? open : []
  return { condition: all([some, ...whole, tenureOf(facts, rule), incomeOf(facts, rule)]), amountYen: yen }
}

function tenureOf(facts: HouseholdFacts, { tenure }: ByGrade): Condition {
  const article = '配分基準・要綱'
  if (tenure === null) return yes('住家の所有を問いません', article)
  if (facts.tenure === null) return unknown('tenure', '住家の所有（持家・借家）がわかりません', article)
  const text = tenure === 'owned' ? '持家の世帯が対象です' : '借家の世帯が対象です'
  return facts.tenure === tenure ? yes(text, article) : no(text, article)
}

function incomeOf(facts: HouseholdFacts, { incomeCapYen }: ByGrade): Condition {
  const article = '配分基準・要綱'
  if (incomeCapYen === null) return yes('所得を問いません', article)
  if (facts.incomeYen === null) return unknown('incomeYen', '世帯の総所得金額がわかりません', article)
  const text = `所得の限度 ${incomeCapYen.toLocaleString('ja-JP')}円`
  return facts.incomeYen <= incomeCapYen ? yes(text, article) : no(text, article)
}

export function reduction(
  facts: HouseholdFacts,
  rule: Extract<Programme['rule'], { kind: 'reduction' }>,
): Found {
  const article = '市町村の条例・規則'
  const whose: Condition | null =
    rule.when === null
      ? null
      : rule.when === 'national-insurance'
        ? told(facts, 'nationalInsurance', '国民健康保険に加入している', article)
        : rule.when === 'late-elderly'
          ? told(facts, 'lateElderly', '後期高齢者医療の被保険者がいる', article)
          : rule.when === 'nursing-care'
            ? told(facts, 'nursingCare', '介護保険の被保険者がいる', article)
            : rule.when === 'pension'
              ? told(facts, 'pensionPayer', '国民年金の第1号被保険者がいる', article)
              : facts.tenure === null
                ? unknown('tenure', '住家の所有がわかりません', article)
                : facts.tenure === 'owned'
                  ? yes('持家です', article)
                  : no('持家ではありません', article)
  const share = facts.grade === null ? null : (rule.shares[facts.grade] ?? null)
  return {
    condition: all([
      gradeOneOf(facts, Object.keys(rule.shares) as DamageGrade[], article),
      ...(whose === null ? [] : [whose]),
    ]),
    benefit: share,
  }
}

/** Another office decides; here is only told who should ask it. */
export function guided(
  facts: HouseholdFacts,
  rule: Extract<Programme['rule'], { kind: 'guide' }>,
  article: string,
): Found {
  return {
    condition: all([
      yes(`${rule.office}が受け付け、要件と額を決めます`, article),
      ...(rule.grades === null ? [] : [gradeOneOf(facts, rule.grades, article)]),
      ...(rule.when === null ? [] : [count(facts.pupils, 'pupils', '児童・生徒', article)]),
    ]),
    benefit: `相談先：${rule.office}`,
  }
}

/** 死亡: 全部, 障害者となった: 10分の9 (阿久比町・川島町). */
export function residentTaxPerson(facts: HouseholdFacts): Found {
  const article = '市町村税条例（市町村民税の減免）'
  if (facts.harmed === null)
    return { condition: unknown('harmed', '亡くなった方・障害を負った方の有無がわかりません', article) }
  const dead = facts.harmed.some((one) => one.harm === 'dead')
  const disabled = facts.harmed.some((one) => one.harm === 'disabled')
  return {
    condition:
      dead || disabled
        ? yes(dead ? '亡くなった方がいます' : '障害を負った方がいます', article)
        : no('対象となる方はいません', article),
    benefit: dead ? '全額（亡くなった方の税）' : '10分の9（障害を負った方の税）',
  }
}

/** Loss from 3/10 by income; a loss of half or more twice as much. Source: 阿久比町・川島町 ordinances. */
export function residentTaxLoss(facts: HouseholdFacts): Found {
  const article = '市町村税条例（市町村民税の減免）'
  const { goodsLossPercent: loss, incomeYen: income } = facts
  const lossOf: Condition =
    loss === null
      ? unknown('goodsLossPercent', '住宅・家財の損害の割合がわかりません', article)
      : loss >= 30
        ? yes(`損害の割合 ${loss}％`, article)
        : no(`損害の割合 ${loss}％（30％未満）`, article)
  const incomeCondition: Condition =
    income === null
      ? unknown('incomeYen', '総所得金額がわかりません', article)
      : income <= 10_000_000
        ? yes(`総所得金額 ${income.toLocaleString('ja-JP')}円`, article)
        : no('総所得金額が1,000万円を超えています', article)
  const step = income === null ? 0 : income <= 5_000_000 ? 0 : income <= 7_500_000 ? 1 : 2
  const share =
    loss !== null && loss >= 50 ? ['全額', '2分の1', '4分の1'][step]! : ['2分の1', '4分の1', '8分の1'][step]!
  return { condition: all([lossOf, incomeCondition]), benefit: share }
}

/** 美唄市・川島町: 8/10, 6/10, 4/10 and 2/10 of the area. */
export function landTax(facts: HouseholdFacts): Found {
  const article = '市町村税条例（固定資産税の減免）'
  const part = facts.landLossPercent
  if (part === null)
    return { condition: unknown('landLossPercent', '被害を受けた土地の面積の割合がわかりません', article) }
  return {
    condition:
      part >= 20 ? yes(`被害の面積 ${part}％`, article) : no(`被害の面積 ${part}％（20％未満）`, article),
    benefit: part >= 80 ? '全額' : part >= 60 ? '10分の8' : part >= 40 ? '10分の6' : '10分の4',
  }
}
