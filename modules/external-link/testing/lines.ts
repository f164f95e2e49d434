import { gzipSync } from 'node:zlib'
import { csvLine } from '../../interfaces/interfaces.csv.ts'
import { resultHeader, type ResultColumn } from '../result-format.ts'

/** A line of a results file as another system writes it: a 罹災証明書 of an application it took itself, unless said. */
export function resultLine(over: Partial<Record<ResultColumn, string>>): string[] {
  const usual: Partial<Record<ResultColumn, string>> = {
    市区町村コード: '212172',
    災害コード: 'R8-1',
    申請番号: '紙-1',
    申請の別: '2',
    証明書の別: '1',
    決定: '1',
    被害の程度: 'G3',
    整理番号: '外-1',
    世帯主住所: '岐阜県飛騨市古川町壱之町1番1号',
    世帯主氏名: '佐藤　梅子',
    世帯の構成員: '佐藤　梅子（世帯主）；佐藤　太郎（子）',
    罹災原因: '令和８年７月２８日の地震による',
    被災場所: '岐阜県飛騨市古川町壱之町1番1号',
    住家に関する事項: '木造　持家',
    交付開始日: '2026-11-20',
    決定日: '2026-11-19',
  }
  return resultHeader.map((name) => over[name] ?? usual[name] ?? '')
}

export function resultsCsv(lines: readonly (readonly string[])[]): string {
  return [resultHeader, ...lines].map((line) => csvLine(line)).join('')
}

/** As the screen sends it. */
export function packed(csv: string | Uint8Array): string {
  return gzipSync(csv).toString('base64')
}
