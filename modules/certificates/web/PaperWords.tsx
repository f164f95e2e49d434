import type { ReactNode } from 'react'

/** The words of each page in the order they are drawn, as one reads them; `marked` words differ (page from 1, word from 0). */
export function PaperWords(props: {
  pages: readonly (readonly string[])[]
  marked?: readonly { readonly page: number; readonly word: number }[]
}): ReactNode {
  return props.pages.map((words, index) => (
    <figure key={index} className="paper-words" tabIndex={0} aria-label={`${index + 1}ページ目`}>
      <figcaption>{`${index + 1}ページ目`}</figcaption>
      <ol>
        {words.map((word, at) => {
          const differs = props.marked?.some((one) => one.page === index + 1 && one.word === at)
          return (
            <li key={at}>
              {differs ? (
                <mark>
                  {word}
                  <span className="small">（違い）</span>
                </mark>
              ) : (
                word
              )}
            </li>
          )
        })}
      </ol>
    </figure>
  ))
}
