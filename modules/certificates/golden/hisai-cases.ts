import { HISAI_CERTIFYING_SENTENCE, HISAI_TITLE, type HisaiFacts } from '../papers/hisai.ts'

const katsuragi: HisaiFacts = {
  title: HISAI_TITLE,
  serialNo: 'R8-1-H00012',
  notifierAddress: '岐阜県飛騨市古川町本町２番２２号　コーポ飛騨古川２０３号室',
  notifierName: '葛\u{E0100}城　髙太郎',
  notifiedOn: '令和８年９月２４日',
  cause: '令和８年９月１８日の台風第１４号による',
  place: '岐阜県飛騨市古川町本町２番２２号　敷地内の車庫',
  objects: [
    { label: '非住家', notified: true },
    { label: '家財', notified: false },
    { label: '車両', notified: true },
    { label: 'その他', notified: false },
  ],
  damage: '車庫の屋根が飛び、中の軽乗用車１台の前面ガラスが割れた。',
  remarks: null,
  certifyingSentence: HISAI_CERTIFYING_SENTENCE,
}

/** 被災証明書 of the golden pages; the key names its file. */
export const hisaiFacts: Readonly<Record<string, HisaiFacts>> = {
  'outbuilding-and-car': katsuragi,
  'all-objects-long-words': {
    ...katsuragi,
    notifierName: 'ADEBAYO-FERNANDEZ DE LA CRUZ Y MONTENEGRO MARIA GUADALUPE ALEXANDRIA ESPERANZA VICTORIA CONSTANZA JR',
    notifierAddress: `岐阜県飛騨市神岡町${'大字東雲字上平'.repeat(6)}１２３４番地５６　${'グランドメゾン神岡'.repeat(2)}第２号棟１０１２号室`,
    objects: katsuragi.objects.map(({ label }) => ({ label, notified: true })),
    damage: '作業場に土砂が流れ込み、農機具（トラクター１台、田植機１台、籾摺機１台）と貯蔵していた米が泥に埋まった。'.repeat(6).slice(0, 300),
    remarks: '共済金の請求のため',
  },
  'titled-by-the-town': { ...katsuragi, title: '罹災届出証明書', notifierName: '𠮷野家　𩸽\u{3000}𠀋' },
}
