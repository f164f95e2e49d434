import { wholeNumberOf } from './WholeNumber.tsx'

/** 金額: whole yen from 0 to 兆 (999,999,999,999), `null` when empty. Commas, 円 and full width may be typed. */
export const Yen = wholeNumberOf({ unit: '円', minimum: 0, maximum: 999_999_999_999 })
