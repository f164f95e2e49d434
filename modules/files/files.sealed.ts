import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

const ofFile = (column: string) => ({
  place: `files.file.${column}`,
  rowKey: (row: Readonly<Record<string, string>>) => row['file_id']!,
})

/** The files themselves lie sealed under keys of their own, which stand here: they stay as they are when keys change. */
export const filesSealed: readonly SealedTable[] = [
  {
    table: 'files.file',
    columns: { sealed: ofFile('sealed'), sealed_key: ofFile('sealed_key'), thumbnail: ofFile('thumbnail') },
    forgets: ['content_hmac'],
    batch: 100,
  },
  {
    table: 'files.upload',
    columns: {
      sealed_key: { place: 'files.upload.sealed_key', rowKey: (row) => row['upload_id']! },
    },
  },
]
