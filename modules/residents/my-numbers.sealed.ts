import type { SealedTable } from '@open-bcl/core/sealed-table.ts'
import { MY_NUMBER_PLACE } from './my-numbers.ts'

export const myNumbersSealed: readonly SealedTable[] = [
  {
    table: 'residents.my_number',
    columns: { sealed: { place: MY_NUMBER_PLACE, rowKey: (row) => row['resident_no']! } },
  },
]
