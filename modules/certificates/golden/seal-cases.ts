import { readFileSync } from 'node:fs'
import { SEAL_CERTIFYING_SENTENCE, type SealFacts } from '../papers/seal.ts'

/** Drawn by make-seals.ts; nobody's. */
const image = (name: string): string =>
  readFileSync(new URL(`seal-image-${name}.png`, import.meta.url)).toString('base64')

const katsuragi: SealFacts = {
  sealImagePng: image('round'),
  sealWidthMicrometres: 13_500,
  sealHeightMicrometres: 13_500,
  name: '葛\u{E0100}城　髙太郎',
  otherName: { heading: '旧氏', words: null },
  besideName: null,
  birth: '昭和５５年３月１４日',
  sex: null,
  address: '岐阜県飛騨市古川町本町2番22号　コーポ飛騨古川203号室',
  note: null,
  certifyingSentence: SEAL_CERTIFYING_SENTENCE,
}

/** 印鑑登録証明書 of the golden pages; the key names its file. */
export const sealFacts: Readonly<Record<string, SealFacts>> = {
  'round-13-5mm': katsuragi,
  'smallest-8-1mm': {
    ...katsuragi,
    sealImagePng: image('smallest'),
    sealWidthMicrometres: 8_100,
    sealHeightMicrometres: 8_100,
    name: '山本　花子',
    otherName: { heading: '旧氏', words: '葛\u{E0100}城' },
    sex: '女',
  },
  'largest-25mm': {
    ...katsuragi,
    sealImagePng: image('largest'),
    sealWidthMicrometres: 25_000,
    sealHeightMicrometres: 25_000,
    birth: '昭和２０年頃',
  },
  'foreign-with-alias': {
    ...katsuragi,
    sealImagePng: image('oval'),
    sealWidthMicrometres: 10_500,
    sealHeightMicrometres: 15_000,
    name: 'KIM SUNHO',
    otherName: { heading: '通称', words: '高原　順一' },
    besideName: '金　順浩',
    birth: '１９５０年８月１日',
    note: '氏名のカタカナ表記　キム　スンホ',
  },
  'long-names': {
    ...katsuragi,
    name: 'ADEBAYO-FERNANDEZ DE LA CRUZ Y MONTENEGRO MARIA GUADALUPE ALEXANDRIA ESPERANZA VICTORIA CONSTANZA JR',
    otherName: { heading: '通称', words: '高原モンテネグロ　まりあグアダルーペアレクサンドリア' },
    birth: '１９９４年１月２３日',
    address: `岐阜県飛騨市神岡町${'大字東雲字上平'.repeat(6)}１２３４番地５６　${'グランドメゾン神岡'.repeat(2)}第２号棟１０１２号室`,
    note: `氏名のカタカナ表記　${'アデバヨフェルナンデス　デラクルス　'.repeat(4)}`,
  },
}
