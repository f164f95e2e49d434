import { certificationWords, UNUSED, type Body, type Paper } from '../paper.ts'

/** The frozen words of one 印鑑登録証明書, and its seal. All texts are as they appear on paper. */
export type SealFacts = {
  /** The seal alone, cut out of its picture: black on nothing, PNG as base64. */
  readonly sealImagePng: string
  /**
   * Its true size, at which it is printed, in thousandths of a millimetre (a digest takes whole numbers only): more than 8 mm
   * on one side, at most 25 mm on both.
   */
  readonly sealWidthMicrometres: number
  readonly sealHeightMicrometres: number
  readonly name: string
  /** 旧氏 of Japanese, 通称 of foreign residents; `null` = none is registered. */
  readonly otherName: { readonly heading: '旧氏' | '通称'; readonly words: string | null }
  /** 併記名: a foreign resident's name in the other letters; `null` = no such line. */
  readonly besideName: string | null
  readonly birth: string
  /** 性別; `null` = no such line (most towns leave it out). */
  readonly sex: string | null
  readonly address: string
  /** 備考; `null` is printed as struck out. */
  readonly note: string | null
  /** 認証文. */
  readonly certifyingSentence: string
}

export const SEAL_CERTIFYING_SENTENCE = 'この写しは、登録されている印影と相違ないことを証明します。'

/** The pages of one copy: always one. */
export function sealBody(facts: SealFacts, paper: Paper): Body {
  return {
    facts,
    drawingPng: facts.sealImagePng,
    pages: [
      [
        '印鑑登録証明書',
        '印影',
        ...['氏名', facts.name],
        ...[facts.otherName.heading, facts.otherName.words ?? UNUSED],
        ...(facts.besideName === null ? [] : ['併記名', facts.besideName]),
        ...['生年月日', facts.birth],
        ...(facts.sex === null ? [] : ['性別', facts.sex]),
        ...['住所', facts.address],
        ...['備考', facts.note ?? UNUSED],
        ...certificationWords(paper, facts.certifyingSentence),
      ],
    ],
  }
}

/** 「見本」 in a circle of 13.5 mm (`golden/seal-image-sample.png`): nobody's. */
const SAMPLE_SEAL =
  'iVBORw0KGgoAAAANSUhEUgAAAT8AAAE/AQMAAAAKaFboAAAABlBMVEX///8AAABVwtN+AAAAAnRSTlMA/1uRIrUAAAAJcEhZcwAAXEYAAFxGARSUQ0EAAAbrSURBVHja7Zs9ru00EIAduTAVpqRA8hYoKRDe0lvAE07HsojERsIOjChIEdk8Jz6x58fJ3HuRoOA099ycL/HM2JmMZyZK4Y/JOedFPX50Pj7zI3hyOT1xroI53nNTvj73oG3gKpHwUUrTgbcm8j24iVS5V8dAcJGNfDc25MZ6awQOJ9xhcGTzcClbr73fGmfupLgzztpP+jIWMQELrGMrrmAdbUMrpuG/yIoRSTKP1uyMTlwGuuzYrHFg7hUPsQ90mbHQidclPZx6zUukUi+sLsvjuXVemFWycUrvkmMTN4xjVprmBDeM2oZbptzZjjUuI49nFx9zNLDL2VG1+SVliEATf8vRw2aw7Il97OBG8lh0N3gMkON+cA+TkcLAdWlsn5GfmZCS09BroivooR/2UCYzfPY5OGOWKP0t/4sjM/0dP5a/RP66/v2Jlz5cStsqemhq78AIr/9slegSJfSGm9r17VaPrJdUEHxJbFMVLTY9gb1XHAJs7cDc23sZgaa3XHfWBe50NCAHAafe4p1mBFS9xX07TGRUoQO779U8Uxuvu4rqxLjApSmQOnuvBJw7YTpwEYH6FjTNyN1XBtRg2tQYnPqFkG5A1UDXWYoBw2U8/wRuF7jdge3n0K0PS8OtJlm/4hiw6SoFJ7TYMWheZtbwdALqDlR34PT6xwCQmucSzfS+gAHVC7S9G+LAUK0iBl3vATnQ15nzvU/9EPgaMvTunAOtHNyBmYagucD5CUxgKkdzrfQFqnuwEloOpgewaiEGDXiGsWA4DCgGLXh8cnZU/pg7MejAk5sFT+QN4PoE2gP0EnB7CxhgYMOBRg7uBzg/gfoAswRMB6jeBXKLYirgJAJzpR9A9SZQy8C52ugBDAyYpry4ffoAaGC8zIM+Lx8A9QC0MAJ/EzgTsNxXPEjiewKW5XyCnxDocPD/Aj+D+WJBdYAB3dgEtBXM7wfRvsMlCpocD1u+D/QsuFEw7CNwfieYNwpqBpxGYEBg2ckUcMrIS2HQSMFj/nkQL71FBvoK6gw0pGAR5QTne7D4owIaDKId+OGzCggeaAx4xDgubwbsWYtvROARdDucIj3AhERcReC5JyGgIqA7PKgAPLMLlmTEMVgTHeYRrOkhQ/KeDDhfOdf5BnxtgQLOCFJw5XMrGHSjHDgBVyH4lRKC6n/wPw2GVQomKUgTgh8Gl38cFA9N85XE7fHmGYGbFIwfAHdG8n8fXB6erhe4CsEpCkG9IdAPQLM/BB8XmISgfYykKuhgFmAMguMEdIOSpsHxoxuUFQ2OSAEYb0JX+y5wlYILjMNAZD8qIrNbAJjYfgBnKbgoGtkZUqPwbwBXERi44taC94U8yGwgz3hik4I7C9KS11/0XLK/PsEkAXXOf2YWzAyI9w+ZZBWOFfQHARMD2gIuNJRWtCwXIprDE8Reyn0BkSvVNemyoF1ciOgBYljQpxA9BmkGqWzOQkT7ZsuDW4guMSDevOYtRJuRfjRvVuooIRq8sx+DC74JcW5P6byGqKE4XBJQmbyEOMFRfA3jd5QCCFHBk7lE5Rcnf4A7BTXeqBQfHpJ6SKaWfXgo23MKoiV+gsCzVwKBYS+g7e2jL3CG+/ADjCTXDNPcxYIhQo9kOLDMSYjQf5hrlwPkWQo4wTIHA5oT/B4WTjamCpDnAv7Q3yCvKgAoQJQ9UojqswflxEhBnw4wOVBOjLT2EfYCTrkvkrFFknKhAv7Sqf1y/n195lixZYX/1lm3FXIysLcq98zv7RlyVXz6MsBxV5XbNTaPfxWj+lVh86+1SNqqzNeF+jqXyzVa2Fvtu4nWPdJ8quDWysBsiS3sL7Bdp5mvq+4dVzoij3Yrteqe7xRcX+DE/NwqkCYv5hWidOXEjVzbHgqcHtxHUhC2nTgtxnWR6NrqrmFv4KvQ35m5VXJPaU5QL6SSe32t3u4Ep5kUhK+ibq1aw8cRLEu/sg4zBR1YwvWnnxUHJlrU/ZEB+4Lw9f0bBgzgfkzjbUofBaFAEICgs8CiIhTceHSuycD4DoDgNw3jOwBaVNSNIxDKj3pKYCdKAuA+AgNKWqUBOMFrwJ6bAB4dQCoYKAcYwiMbrDyIunHgeSEOg3IoSQ8GUiRKPEgybcKuJnmflLjzStzLNeoOI41tWtpvNuhg0/SwtCeO25vwXXbivr1hJ+BKpaFzw/UWst2Kljlb3P8o7qiU92gOuj5XbhKwkJ6dLnFnqrjXlXbVukEvsLgf10g7fMU9wwr2Rk/jfm5xX7OVdkrrPoPi7hrEu4SHuW0591ed2dw3sVtpx7m4h13cFY/77MevLIg795VwZPnbBfL3Ffqx99vcvPidCiV7paK/5PpUGAgSCdVb3k05Scr9DQ3gG7GPbju5AAAAAElFTkSuQmCC'

const SAMPLE: SealFacts = {
  sealImagePng: SAMPLE_SEAL,
  sealWidthMicrometres: 13_500,
  sealHeightMicrometres: 13_500,
  name: '見本　太郎',
  otherName: { heading: '旧氏', words: null },
  besideName: null,
  birth: '昭和５５年３月１４日',
  sex: null,
  address: '岐阜県飛騨市古川町本町2番22号',
  note: null,
  certifyingSentence: SEAL_CERTIFYING_SENTENCE,
}

export const sealSample = (paper: Paper): Body => sealBody(SAMPLE, paper)
