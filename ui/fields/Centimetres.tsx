import { wholeNumberOf } from './WholeNumber.tsx'

/** A depth or length in whole centimetres, 0 to 2000; `null` = not measured. */
export const Centimetres = wholeNumberOf({ unit: 'cm', minimum: 0, maximum: 2000 })
