import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import type { FileError } from '@open-bcl/modules/linkage/linkage.receipt.ts'

const whatToDo = {
  file: 'このファイルの内容は1件も取り込まれていません。直したファイルは同じ通番で（連携APが通番を付けるときは、同じ形の名で）出力してください。',
  taken:
    'このファイルの内容は1件も取り込まれていません。この通番はすでに使われているため、直したファイルには次の通番を付けて出力してください。',
  rows: 'ほかの行は取り込まれました。誤りのある人には、正しい行が届くまで証明書が交付されません。直した行を次の通番で送ってください。',
} as const

/**
 * The error report that lies beside a file, for the person in charge of the core system. With BOM and CRLF, so that an
 * office PC shows it rightly.
 */
export function errorReport(
  name: string,
  manifest: Pick<Manifest, 'business' | 'fileNo'> | null,
  summary: string,
  errors: readonly FileError[],
  moreErrors: boolean,
  refused: keyof typeof whatToDo = 'file',
): string {
  const lines = [
    '連携用データ エラー一覧',
    '',
    `ファイル名: ${name}.csv`,
    ...(manifest ? [`業務: ${fileInterfaces[manifest.business].title}`, `通番: ${manifest.fileNo}`] : []),
    `結果: ${summary}`,
    whatToDo[refused],
    '',
    '行番号\t項目名\t理由',
    ...errors.map(({ line, item, message }) => `${line ?? '-'}\t${item}\t${message}`),
    ...(moreErrors ? ['', `誤りが多いため、最初の${errors.length}件だけを示しています。`] : []),
  ]
  return `\uFEFF${lines.join('\r\n')}\r\n`
}
