import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'

/**
 * What every certificate shares, whatever it certifies: who issues it, when, under which numbers. Frozen with the facts
 * as `snapshot.paper`; drawn by `layouts/certificate.typ`.
 */
export type Paper = {
  /** 取引番号: random 128 bits, 32 lower-case hexadecimal digits, on every page. */
  readonly transactionId: string
  /** sha256 of the request this answers, hexadecimal: travels in the PDF's metadata. */
  readonly requestDigest: string
  readonly municipality: IssuingMunicipality
  /** 発行番号 before its 取引番号: date, town, place (`20261121 飛騨市 窓口`, with wide spaces; 標準仕様書 5.5). Each copy adds its own number. */
  readonly issueNo: string
  /** 部数: the document holds the pages of each copy one after the other. */
  readonly copies: number
  /** 「公用」 (標準仕様書 5.7); `null` = for a resident. */
  readonly officialMark: string | null
  /** 「試験印刷」 and the like; `null` = a real certificate. */
  readonly testMark: string | null
  /** 「見本（架空の人物）」 where the people are invented; `null` elsewhere. */
  readonly fictitiousMark: string | null
  readonly issuedOn: PlainDate
  /** 交付年月日 in 和暦. */
  readonly issuedOnText: string
  /** The signed 2-D code of each page of the document, in order; empty = printed without. */
  readonly codes: readonly { readonly codePng: string }[]
}

export type IssuingMunicipality = {
  readonly code: MunicipalityCode
  /** Printed before the title: a 市町村 name alone is not unique. */
  readonly prefecture: string
  readonly name: string
  /** `飛騨市長`, `飛騨市長職務代理者 飛騨市副市長`. */
  readonly mayorTitle: string
  readonly mayorName: string
  /** 電子公印, black, PNG as base64; `null` = 公印省略. */
  readonly sealPng: string | null
  /** Side of the square on paper, mm, at most 25. */
  readonly sealSizeMm: number
}

/** What a kind freezes of its own: the facts its layout draws, and per page of one copy the words of its body in drawing order. */
export type Body = {
  readonly facts: object
  readonly pages: readonly (readonly string[])[]
  /** A picture on the first page that is itself certified (印影), one bit a pixel, PNG as base64: goes into the page's code. */
  readonly drawingPng?: string
}

/** 認証文, date and issuer, as `certified-by` of the layout draws them. On the last page only, so that a page without it is visibly not the whole. */
export function certificationWords(paper: Paper, sentence: string): string[] {
  const { municipality } = paper
  return [
    sentence,
    paper.issuedOnText,
    municipality.prefecture + municipality.mayorTitle,
    municipality.mayorName,
  ]
}

/** An unused field is struck out, so that nothing can be written in afterwards. */
export const UNUSED = '＊＊＊'
export const TO_BE_CONTINUED = '（次ページにつづく）'

/** Every word on every page of the document in the order it is drawn: what the check before delivery expects to read back. */
export function printedWords(paper: Paper, pages: Body['pages']): string[][] {
  const marks = [paper.testMark, paper.fictitiousMark, paper.officialMark].filter((mark) => mark !== null)
  return Array.from({ length: paper.copies }, (_, copy) =>
    pages.map((body, page) => [
      ...marks,
      ...body,
      ...['発行番号', paper.issueNo, paper.transactionId, `${copy + 1}部目`, `${page + 1}／${pages.length}`],
    ]),
  ).flat()
}
