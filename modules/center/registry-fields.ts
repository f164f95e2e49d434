import { z } from 'zod'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { isPlainDate } from '@open-bcl/core/dates.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'

/** Fields of the registry, as its contracts take them. */
export const Town = z
  .string()
  .refine((code): code is MunicipalityCode => isMunicipalityCode(code), '団体コードは検査数字を含む6桁です')
  .meta({ title: '団体コード' })
export const Day = z
  .string()
  .refine((text): text is PlainDate => isPlainDate(text), '年月日を YYYY-MM-DD で入力してください')
export const At = z.iso.datetime()
export const KindCode = z
  .string()
  .regex(/^[a-z]{2,20}$/)
  .meta({ title: '証明書の種類' })
/** Ids of operators and relays. */
export const ShortId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, '英小文字・数字・ハイフンで32文字までです')
/** Ids of stores and machines. */
export const PlaceId = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, '英数字と _ . - で64文字までです')
export const Words = z.string().trim().min(1).max(100)
export const Note = z.string().trim().min(1, 'メモを入力してください').max(2000)
export const HexId = z.string().regex(/^[0-9a-f]{32}$/)
/** How an issuing server is addressed. */
export const IssuerOrigin = z
  .string()
  .regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'https://ホスト名:ポート で入力してください')
  .meta({ title: '証明発行サーバ' })
export const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM で入力してください')
export const ClosingClock = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM（終日は 24:00）で入力してください')
