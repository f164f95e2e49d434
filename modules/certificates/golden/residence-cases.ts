import { UNUSED } from '../paper.ts'
import {
  EMPTY,
  OMITTED,
  RESIDENCE_SENTENCES,
  residenceGrids,
  type MemberFacts,
  type ResidenceFacts,
  type ResidenceForm,
} from '../papers/residence.ts'

const japanese: MemberFacts = {
  grid: 'japanese',
  reading: 'タガ　ダイスケ',
  name: '多賀　大介',
  formerReading: UNUSED,
  former: UNUSED,
  alias: UNUSED,
  birth: '昭和４０年４月２日',
  sex: '男',
  relation: OMITTED,
  myNumber: OMITTED,
  recordCode: OMITTED,
  since: '昭和４０年４月２日',
  settledOn: EMPTY,
  settledNotifiedOn: EMPTY,
  domicile: OMITTED,
  domicileHead: OMITTED,
  addressBefore: EMPTY,
  addressWithin: OMITTED,
  nationality: UNUSED,
  article30_45: UNUSED,
  status: UNUSED,
  period: UNUSED,
  periodUntil: UNUSED,
  cardNo: UNUSED,
  remarks: UNUSED,
}

const foreign: MemberFacts = {
  ...japanese,
  grid: 'foreign',
  reading: UNUSED,
  name: 'SANTOS MARIA CLARA',
  alias: '高原　まりあ',
  birth: '１９９４年１月２３日',
  sex: '女',
  since: '令和元年５月１日',
  settledNotifiedOn: '令和元年５月８日',
  domicile: UNUSED,
  domicileHead: UNUSED,
  addressBefore: 'フィリピン',
  nationality: OMITTED,
  article30_45: OMITTED,
  status: OMITTED,
  period: OMITTED,
  periodUntil: OMITTED,
  cardNo: OMITTED,
}

/** As if every item had been asked for. */
const everything = {
  relation: '世帯主',
  myNumber: '123456789018',
  recordCode: '00061730010',
  domicile: '岐阜県飛騨市河合町角川１８１番地',
  domicileHead: '多賀　大介',
  addressWithin: EMPTY,
}
const everythingForeign = {
  relation: '世帯主',
  myNumber: '123456789018',
  recordCode: '00061730010',
  addressWithin: EMPTY,
  nationality: 'フィリピン',
  article30_45: '中長期在留者',
  status: '定住者',
  period: '３年',
  periodUntil: '２０２８年３月３１日',
  cardNo: 'ZZ00038439ZZ',
}

const facts = (
  form: ResidenceForm,
  members: readonly MemberFacts[],
  over: Partial<ResidenceFacts> = {},
): ResidenceFacts => ({
  title: '住民票',
  form,
  address: '岐阜県飛騨市河合町角川２２３番地',
  head: OMITTED,
  grids: residenceGrids[form],
  members,
  certifyingSentence: RESIDENCE_SENTENCES.all,
  ...over,
})

const twelve: readonly MemberFacts[] = (
  [
    ['タガ　ダイスケ', '多賀　大介', '世帯主', '昭和４０年４月２日', '男'],
    ['タガ　レイコ', '多賀　玲子', '妻', '昭和４２年１１月１１日', '女'],
    ['タガ　アヤ', '多賀　彩', '子', '平成８年１０月１日', '女'],
    ['タガ　ケンタ', '多賀　健太', '子', '平成２年７月１７日', '男'],
    ['タガ　マイ', '多賀　舞', '子の妻', '平成４年２月１４日', '女'],
    ['タガ　レン', '多賀　蓮', '子の子', '平成２６年３月３日', '男'],
    ['タガ　ミオ', '多賀　澪', '子の子', '平成２８年６月１８日', '女'],
    ['タガ　ミナト', '多賀　湊', '子の子', '平成３０年１２月５日', '男'],
    ['タガ　ツムギ', '多賀　紬', '子の子', '令和３年９月２７日', '女'],
    [EMPTY, '多賀　惣次郎', '父', '昭和１３年８月８日', '男'],
    [EMPTY, '多賀　キク', '母', '昭和１５年５月３０日', '女'],
    ['タガ　ジロウ', '多賀　二郎', '弟', '昭和４５年１月１９日', '男'],
  ] as const
).map(([reading, name, relation, birth, sex]) => ({
  ...japanese,
  ...everything,
  ...{ reading, name, relation, birth, sex, since: birth, myNumber: OMITTED, recordCode: OMITTED },
}))

/** The longest that the registers hold of some, and long enough for two lines of others. */
const longest: MemberFacts = {
  ...foreign,
  ...everythingForeign,
  name: 'ANASTASIA KONSTANTINOVNA MARIA FERNANDA DEL CARMEN TERESITA GUADALUPE OUEDRAOGO VON HOHENSTEIN LOPEZ',
  alias: '古川アナスタシア　コンスタンチノヴナ　マリア　フェルナンダ　デル　カルメン　テレシータ',
  nationality: 'サントメ・プリンシペ民主共和国',
  article30_45: '国籍喪失による経過滞在者',
  status: '技術・人文知識・国際業務',
  addressBefore: '神奈川県横浜市中区本町六丁目５０番地の１０　みなとみらいグランドタワーレジデンス　ノースウイング　２８０３号室',
  remarks:
    '氏名のカタカナ表記：アナスタシア　コンスタンチノヴナ　マリア　フェルナンダ　デル　カルメン　テレシータ　グアダルーペ',
}

const katsuragi: MemberFacts = {
  ...japanese,
  ...everything,
  reading: 'カツラギ　マサオ',
  name: '葛\u{E0100}城　正雄',
  birth: '昭和２６年２月２９日',
  since: '年月日不詳',
  domicileHead: '葛\u{E0100}城　正雄',
  addressBefore: EMPTY,
}

const former: MemberFacts = {
  ...japanese,
  ...everything,
  reading: 'タカハシ　ユミ',
  name: '髙橋　由美',
  formerReading: 'ヤマザキ',
  former: '山﨑',
  birth: '昭和５２年１月８日',
  sex: '女',
  relation: '妻',
  settledOn: '令和３年１０月２日',
  settledNotifiedOn: '平成１４年５月９日',
  domicileHead: '髙橋　健一',
  addressBefore: '岐阜県高山市花岡町二丁目１８番地',
  addressWithin: '岐阜県飛騨市古川町本町１番３号',
  remarks: '令和３年６月１日旧氏記載',
}

const kim: MemberFacts = {
  ...foreign,
  ...everythingForeign,
  name: 'KIM SUNHO\n金　順浩',
  alias: '金田　順一',
  birth: '１９５０年８月１日',
  sex: '男',
  nationality: '韓国',
  article30_45: '特別永住者',
  status: UNUSED,
  period: UNUSED,
  periodUntil: UNUSED,
}

const longAddress =
  '岐阜県飛騨市古川町是重二丁目８番１７号　グランドメゾン飛騨古川リバーサイドレジデンス　イーストウイング　第２号棟　１０１２号室'

const some = { certifyingSentence: RESIDENCE_SENTENCES.some }
const kisai = { title: '住民票記載事項証明書', certifyingSentence: RESIDENCE_SENTENCES.kisai } as const

export const juminhyoJointFacts: Readonly<Record<string, ResidenceFacts>> = {
  'joint-1-nothing-asked-for': facts('joint', [japanese], some),
  'joint-4-everything': facts('joint', twelve.slice(0, 4).map((one) => ({ ...one, ...{ myNumber: '123456789018', recordCode: '00061730010' } })), {
    head: '多賀　大介',
  }),
  'joint-5': facts('joint', twelve.slice(0, 5), { head: '多賀　大介', ...some }),
  'joint-12': facts('joint', twelve, { head: '多賀　大介' }),
  'joint-foreign-household': facts('joint', [
    { ...foreign, ...everythingForeign },
    { ...kim, relation: '同居人' },
  ], { head: 'SANTOS MARIA CLARA', address: longAddress }),
  'joint-mixed-household': facts('joint', [
    { ...japanese, ...everything, name: '中村　隆', reading: 'ナカムラ　タカシ' },
    { ...foreign, ...everythingForeign, name: 'SILVA ANA PAULA', alias: UNUSED, relation: '妻', nationality: 'ブラジル' },
    { ...japanese, ...everything, name: '中村　玲央', reading: EMPTY, relation: '子' },
  ], { head: '中村　隆' }),
  'joint-longest': facts('joint', [longest, longest, longest, longest], { head: longest.name, address: longAddress }),
  'joint-uncertain-former-name': facts('joint', [katsuragi, former], { head: '葛\u{E0100}城　正雄' }),
}

export const juminhyoSingleFacts: Readonly<Record<string, ResidenceFacts>> = {
  'single-uncertain-birth': facts('single', [{ ...katsuragi, birth: '昭和２０年頃' }], { head: '葛\u{E0100}城　正雄', ...some }),
  'single-former-name': facts('single', [former], { head: '髙橋　健一', ...some }),
  'single-alias': facts('single', [kim], { head: 'KIM SUNHO', ...some }),
  'single-longest': facts('single', [longest], { head: longest.name, address: longAddress, ...some }),
}

export const kisaiJointFacts: Readonly<Record<string, ResidenceFacts>> = {
  joint: facts('joint', twelve.slice(0, 2).map((one) => ({
    ...one,
    ...{ relation: OMITTED, domicile: OMITTED, domicileHead: OMITTED, since: OMITTED, settledOn: OMITTED },
    ...{ settledNotifiedOn: OMITTED, addressBefore: OMITTED, addressWithin: OMITTED, reading: OMITTED },
  })), kisai),
  'joint-5-mixed': facts('joint', [
    ...twelve.slice(0, 4).map((one) => ({ ...one, domicile: OMITTED, domicileHead: OMITTED })),
    { ...foreign, relation: '子の妻' },
  ], { head: '多賀　大介', ...kisai }),
}

export const kisaiSingleFacts: Readonly<Record<string, ResidenceFacts>> = {
  'single-foreign': facts('single', [{ ...kim, myNumber: OMITTED, recordCode: OMITTED }], { head: 'KIM SUNHO', ...kisai }),
  single: facts('single', [katsuragi], { head: '葛\u{E0100}城　正雄', ...kisai }),
}
