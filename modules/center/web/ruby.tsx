import { Children, cloneElement, isValidElement, type ReactNode } from 'react'

/** `漢字（かんじ）`, as やさしい日本語 writes it in one line of text. */
const reading = /([一-龠々]+)（([ぁ-んァ-ヶー]+)）/

/** Puts readings above the words they belong to; other languages have none. Goes through plain elements, not into components. */
export function withReadings(node: ReactNode): ReactNode {
  if (typeof node === 'string') return reading.test(node) ? rubyOf(node) : node
  if (Array.isArray(node)) return Children.map(node, withReadings)
  if (!isValidElement<{ children?: ReactNode }>(node) || typeof node.type === 'function') return node
  const { children } = node.props
  return children === undefined ? node : cloneElement(node, undefined, withReadings(children))
}

function rubyOf(text: string): ReactNode {
  const parts = text.split(new RegExp(reading, 'g'))
  // Text, word, reading, text, word, reading, …, text.
  const words = parts.flatMap<ReactNode>((part, index) =>
    index % 3 === 2
      ? []
      : index % 3 === 0
        ? [part]
        : [
            <ruby key={index}>
              {part}
              <rt>{parts[index + 1]}</rt>
            </ruby>,
          ],
  )
  return <>{words}</>
}

/** As it is said and found: a word with its reading is not said twice. */
export function spokenName(node: ReactNode): string | undefined {
  return typeof node === 'string' && reading.test(node) ? node : undefined
}
