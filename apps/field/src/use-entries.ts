import { useEffect, useState } from 'react'
import type { Entry, Vault } from './vault.ts'

/** Between two readings, ms: nobody sees more of them, and while hundreds are sent each takes from the sending. */
const REST_MS = 300

/** What the phone holds, as it changes. */
export function useEntries(vault: Vault): readonly Entry[] {
  const [entries, setEntries] = useState<readonly Entry[]>([])
  useEffect(() => {
    let gone = false
    let [reading, again] = [false, false]
    // While hundreds are being sent they change faster than they can be read: one reading stands for all changes meanwhile.
    const read = async (): Promise<void> => {
      again = true
      if (reading) return
      reading = true
      while (again && !gone) {
        again = false
        const found = await vault.entries()
        if (!gone) setEntries(found)
        await new Promise((rested) => setTimeout(rested, REST_MS))
      }
      reading = false
    }
    void read()
    const stop = vault.onChange(() => void read())
    return () => {
      gone = true
      stop()
    }
  }, [vault])
  return entries
}
