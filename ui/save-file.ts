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

export function saveCsv(text: string, fileName: string): void {
  saveFile({ blob: new Blob([text], { type: 'text/csv;charset=utf-8' }), fileName })
}
