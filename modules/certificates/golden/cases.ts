import { readFileSync } from 'node:fs'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { layoutOn, type Form, type Layout } from '../layouts.ts'
import type { Body, Paper } from '../paper.ts'
import { hisaiBody, type HisaiFacts } from '../papers/hisai.ts'
import { sealBody } from '../papers/seal.ts'
import { taxIncomeBody, taxPaymentBody } from '../papers/tax.ts'
import { residenceBody } from '../papers/residence.ts'
import { RISAI_CERTIFYING_SENTENCE, RISAI_GRADES, risaiBody, type RisaiFacts } from '../papers/risai.ts'
import { hisaiFacts } from './hisai-cases.ts'
import {
  juminhyoJointFacts,
  juminhyoSingleFacts,
  kisaiJointFacts,
  kisaiSingleFacts,
} from './residence-cases.ts'
import { sealFacts } from './seal-cases.ts'
import { incomeFacts, taxIncomeFacts, taxPaymentFacts } from './tax-cases.ts'

const seal = readFileSync(new URL('../../../demo/data/seal-212172.png', import.meta.url)).toString('base64')

/** Of an issue on the day the golden pages were made. */
export const paper: Paper = {
  transactionId: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  requestDigest: '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592',
  municipality: {
    code: '212172' as MunicipalityCode,
    prefecture: '岐阜県',
    name: '飛騨市',
    mayorTitle: '飛騨市長',
    mayorName: '見本　一郎',
    sealPng: seal,
    sealSizeMm: 21,
  },
  issueNo: '20261121　飛騨市　窓口',
  copies: 1,
  officialMark: null,
  testMark: null,
  fictitiousMark: '見本（架空の人物）',
  issuedOn: '2026-11-21' as PlainDate,
  issuedOnText: '令和８年１１月２１日',
  codes: [],
}

/** 葛󠄀城 髙太郎 of 飛騨市: invented, with the characters that go wrong first. */
export const katsuragi: RisaiFacts = {
  serialNo: '令８水害第１２３号',
  copyOf: null,
  headAddress: '岐阜県飛騨市古川町本町２番２２号　コーポ飛騨古川２０３号室',
  headName: '葛\u{E0100}城　髙太郎',
  additional1: ['葛\u{E0100}城　髙太郎（世帯主）', '葛\u{E0100}城　花子（妻）', '葛\u{E0100}城　一葉（子）'],
  cause: '令和８年９月１８日の台風第１４号による',
  dwellingAddress: '岐阜県飛騨市古川町本町２番２２号',
  gradeCode: 'G3',
  grades: RISAI_GRADES,
  additional2: '木造２階建　持家　床上浸水',
  additional3: null,
  certifyingSentence: RISAI_CERTIFYING_SENTENCE,
}

const twelve = Array.from({ length: 12 }, (_, i) => `葛\u{E0100}城　${'一二三四五六七八九十百千'[i]}子（子）`)

export type GoldenCase = { readonly layout: Layout; readonly paper: Paper; readonly body: (paper: Paper) => Body }

const risai: Readonly<Record<string, RisaiFacts>> = {
  'adobe-japan1-sequences': {
    ...katsuragi,
    headName: '葛\u{E0100}城　辻\u{E0100}雄',
    additional1: ['辻\u{E0100}　髙子（妻）', '辻　高子（母）'],
  },
  'moji-joho-sequences': {
    ...katsuragi,
    headName: '邉\u{E010F}　葛\u{E0102}乃',
    // The default glyph and the same glyph asked for by a selector, side by side: one shape, two texts.
    additional1: ['葛\u{E0103}　齋\u{E0102}（妻）', '葛　齋（子）', '榊\u{E0102}（子）', '榊\u{E0103}（子）', '榊（子）'],
  },
  'second-plane': { ...katsuragi, headName: '𠮷野家　𩸽\u{3000}𠀋', additional1: ['𠮷野家　﨑（妻）', '𠮷野家　髙（子）'] },
  'foreign-name-of-100': {
    ...katsuragi,
    headName: 'ADEBAYO-FERNANDEZ DE LA CRUZ Y MONTENEGRO MARIA GUADALUPE ALEXANDRIA ESPERANZA VICTORIA CONSTANZA JR'.slice(0, 100),
    additional1: ['NGUYỄN THỊ HƯƠNG（妻）'],
    headAddress: `岐阜県飛騨市神岡町${'大字東雲字上平'.repeat(6)}１２３４番地５６　${'グランドメゾン神岡'.repeat(2)}第２号棟１０１２号室`,
  },
  'twelve-members': { ...katsuragi, additional1: twelve },
  'members-not-printed': { ...katsuragi, additional1: null, additional2: null, gradeCode: 'G6' },
  'g2-four-members': {
    ...katsuragi,
    additional1: [...katsuragi.additional1!, '葛\u{E0100}城　チヨ（母）'],
    gradeCode: 'G2',
    additional2: '木造２階建　借家',
  },
  'g4-five-of-a-foreign-household': {
    ...katsuragi,
    headName: 'SANTOS MARIA CLARA',
    additional1: [
      'SANTOS MARIA CLARA（世帯主）',
      'SANTOS JUAN CARLOS（夫）',
      'SANTOS ISABELLA SOFIA（子）',
      '金　順浩（同居人）',
      'NGUYỄN VĂN ÂN（同居人）',
    ],
    gradeCode: 'G4',
    additional2: null,
  },
  // The last line before the page would break: every field of two lines, every mark, the largest seal.
  'g5-eight-members-fullest': {
    ...katsuragi,
    additional1: twelve.slice(0, 8),
    headAddress: katsuragi.headAddress.repeat(2),
    gradeCode: 'G5',
    additional2: '木造２階建　持家　床上浸水　'.repeat(4),
    additional3: '被災者生活再建支援金、応急修理、税の減免の申請のため　'.repeat(3),
  },
  // The second page is full to its last line.
  'g1-forty-four-members': {
    ...katsuragi,
    additional1: Array.from({ length: 44 }, (_, i) => `葛\u{E0100}城　第${i + 1}（同居人）`),
    gradeCode: 'G1',
  },
  'issued-again': {
    ...katsuragi,
    copyOf: '令８水害第９９号',
    additional1: twelve.slice(0, 8),
    additional3: '被災者生活再建支援金の申請のため',
    gradeCode: 'G1',
  },
}

/** A 罹災証明書 of these facts. */
export const risaiCase = (facts: RisaiFacts, over: Partial<Paper> = {}): GoldenCase => ({
  layout: layoutOn('risai', paper.issuedOn),
  paper: { ...paper, ...over },
  body: (on) => risaiBody(facts, on),
})

const hisaiCase = (facts: HisaiFacts): GoldenCase => ({
  layout: layoutOn('hisai', paper.issuedOn),
  paper,
  body: (on) => hisaiBody(facts, on),
})

/** Cases of one form, their files named `<family>-<case>`. */
function casesOf<F>(
  family: string,
  form: Form,
  facts: Readonly<Record<string, F>>,
  body: (facts: F, on: Paper) => Body,
): Record<string, GoldenCase> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, one]) => [
      `${family}-${name}`,
      { layout: layoutOn(form, paper.issuedOn), paper, body: (on: Paper) => body(one, on) },
    ]),
  )
}

/** Each prints something that has gone wrong on real certificates; the key names its file. */
export const goldenCases: Readonly<Record<string, GoldenCase>> = {
  ...Object.fromEntries(Object.entries(risai).map(([name, facts]) => [`risai-${name}`, risaiCase(facts)])),
  ...Object.fromEntries(Object.entries(hisaiFacts).map(([name, facts]) => [`hisai-${name}`, hisaiCase(facts)])),
  ...casesOf('seal', 'inkan', sealFacts, sealBody),
  ...casesOf('tax', 'tax-assessment', taxIncomeFacts, taxIncomeBody),
  ...casesOf('tax', 'tax-income', incomeFacts, taxIncomeBody),
  ...casesOf('tax', 'tax-payment', taxPaymentFacts, taxPaymentBody),
  ...casesOf('juminhyo', 'juminhyo-joint', juminhyoJointFacts, residenceBody),
  ...casesOf('juminhyo', 'juminhyo-single', juminhyoSingleFacts, residenceBody),
  ...casesOf('kisai', 'kisai-joint', kisaiJointFacts, residenceBody),
  ...casesOf('kisai', 'kisai-single', kisaiSingleFacts, residenceBody),
  'risai-two-copies-official': risaiCase(katsuragi, { copies: 2, officialMark: '公用', testMark: '試験印刷' }),
}
