import { hash, verify } from '@node-rs/argon2'
import { Problem } from '@open-bcl/core/problem.ts'
import { platformProblems } from './messages.ts'

/** argon2id, 19 MiB, 2 passes (OWASP minimum for interactive sign-in). */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** As many as Node has threads for such work: more would only wait there, out of sight. */
const AT_ONCE = 4
/** About half a second of waiting. */
const MOST_WAITING = 32

let working = 0
const waiting: (() => void)[] = []
let nobodysHash: Promise<string> | undefined

export async function hashPassword(password: string): Promise<string> {
  return await hash(password, ARGON2)
}

/** Whether the password fits; `null`: there is no such account, which takes as long to find out. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobodysHash ??= hashPassword('nobody has this password')
  return (await verify(passwordHash ?? (await nobodysHash), password)) && passwordHash !== null
}

/**
 * Runs work with passwords, four at a time in this process, so that a flood of sign-ins leaves processor, memory and
 * connections to everybody else. Refused as busy when more than `mostWaiting` stand in line; whoever holds a transaction
 * may not stand in line at all (0).
 */
export async function inTurn<T>(work: () => Promise<T>, mostWaiting = MOST_WAITING): Promise<T> {
  if (working < AT_ONCE) working += 1
  else if (waiting.length >= mostWaiting) throw new Problem(platformProblems.busy)
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else working -= 1
  }
}
