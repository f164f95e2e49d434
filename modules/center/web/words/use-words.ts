import { createContext, useContext } from 'react'
import { ja, type Words } from './ja.ts'

const WordsContext = createContext<Words>(ja)
export const WordsProvider = WordsContext.Provider
/** Every word of the screen, in the person's language. */
export const useWords = (): Words => useContext(WordsContext)
