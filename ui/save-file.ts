import type { FileAnswer } from './api.ts'

/** Puts a file into the person's downloads; nothing of it stays in the page. */
export function saveFile({ blob, fileName }: FileAnswer): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  URL.revokeObjectURL(url)
}

/** A file made in the page itself; what the server makes while somebody practises is marked there. */
export function saveCsv(text: string, fileName: string): void {
  const practice = document.documentElement.dataset['practice'] === 'yes'
  const name = practice ? `練習_${fileName}` : fileName
  saveFile({ blob: new Blob([text], { type: 'text/csv;charset=utf-8' }), fileName: name })
}
