import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { randomOf } from './random.ts'
import { Clerk, type Write } from './kills/clerk.ts'
import { checkDatabase, readBack } from './kills/proof.ts'
import { Victim, type Target } from './kills/victim.ts'

/**
 * The hundred kills: `node tools/run.mjs e2e/kills.ts --times 100 --data /tmp/kills --seed 1`.
 *
 * Clerks write without pause while `npm start`, or one of its processes, is killed (-9) at moments that follow from
 * the seed; some kills hit the first loading, some the start after a kill. At the end every acknowledged write must be
 * there exactly once. Exit code 1 when one is not.
 */
const { values: options } = parseArgs({
  options: {
    times: { type: 'string', default: '100' },
    data: { type: 'string', default: '/tmp/open-bcl-kills' },
    seed: { type: 'string', default: '1' },
    port: { type: 'string', default: '28400' },
    clerks: { type: 'string', default: '3' },
    /** Stops early, with the proof, after this long. */
    minutes: { type: 'string', default: '60' },
  },
})
const times = Number(options.times)
const startedAt = performance.now()
const deadline = startedAt + Number(options.minutes) * 60_000

/** Kills during the first loading, before anybody can sign in. */
const FIRST_KILLS = Math.min(5, Math.floor(times / 10))
/** How often each is hit, of 20. */
const weights: readonly (readonly [Target, number])[] = [
  ['start', 4],
  ['all', 4],
  ['cloud', 5],
  ['postgres', 3],
  ['backend', 2],
  ['agent', 1],
  ['center', 1],
]

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function targetOf(random: number): Target {
  let left = random * weights.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [target, weight] of weights) if ((left -= weight) < 0) return target
  return 'all'
}

const random = randomOf(Number(options.seed))
const victim = new Victim(options.data, Number(options.port))
const stopping = new AbortController()
const label = `${options.seed}番`
const clerks = Array.from(
  { length: Number(options.clerks) },
  (_, at) => new Clerk(victim.origin, `${label}${at + 1}`, stopping.signal),
)
const written = (): Write[] => clerks.flatMap((clerk) => clerk.writes)
const acknowledged = (): number => written().filter((write) => write.acknowledged).length
let kills = 0

function report(round: number, what: string, readyMs: number, more: string): void {
  const at = ((performance.now() - startedAt) / 1000).toFixed(1)
  say(`[${at} s] round ${round}: ${what}; ready after ${(readyMs / 1000).toFixed(1)} s${more}`)
}

async function killFirstLoading(): Promise<void> {
  for (let round = 1; round <= FIRST_KILLS; round++) {
    victim.start()
    const afterMs = Math.round(random() * 15_000)
    await delay(afterMs)
    const target = random() < 0.5 ? 'start' : 'all'
    await victim.kill(target)
    kills++
    report(round, `first loading, kill ${target} after ${afterMs} ms`, 0, '')
  }
  const from = performance.now()
  victim.start()
  await victim.untilReady(600)
  report(FIRST_KILLS, 'loaded', performance.now() - from, '')
}

async function killAtWork(round: number): Promise<void> {
  const before = acknowledged()
  const afterMs = Math.round(100 + random() * 2_400)
  await delay(afterMs)
  const target = targetOf(random())
  const hit = await victim.kill(target)
  if (hit) kills++
  let what = `kill ${target}${hit ? '' : ' (not running)'} after ${afterMs} ms`
  const from = performance.now()
  if (!victim.isStarted) {
    // Orphans of the starter still answer for a while: what they acknowledge counts too.
    await delay(random() * 500)
    victim.start()
    while (random() < 0.3) {
      const againMs = Math.round(random() * 5_000)
      await delay(againMs)
      const again = random() < 0.5 ? 'start' : 'all'
      await victim.kill(again)
      kills++
      what += `, ${again} again ${againMs} ms into the start`
      victim.start()
    }
  }
  await victim.untilReady(120)
  // A killed program may not have been missed yet: go on when a clerk is answered again.
  const answered = acknowledged()
  const until = performance.now() + 60_000
  while (acknowledged() <= answered + clerks.length) {
    if (performance.now() > until) throw new Error(`no write is answered any more after: ${what}`)
    await delay(20)
  }
  const sum = acknowledged()
  report(round, what, performance.now() - from, `; acknowledged ${sum} (+${sum - before})`)
}

await killFirstLoading()
const working = clerks.map((clerk) => clerk.work())
let failure: unknown = null
try {
  for (let round = FIRST_KILLS + 1; kills < times && performance.now() < deadline; round++)
    await killAtWork(round)
} catch (error) {
  failure = error
  say(error instanceof Error ? error.message : String(error))
  if (!victim.isStarted) victim.start()
}
stopping.abort()
await Promise.all(working)
// What is proved is what lies on the disk, not what a process remembers.
await victim.stop()
victim.start()
await victim.untilReady(120)
const reader = new Clerk(victim.origin, label, stopping.signal)
const { lost, doubled, unread } = await readBack(reader, written())
const broken = [
  ...unread,
  ...(await checkDatabase(victim.databaseUrl('bcl_cloud'), written())),
  ...clerks.flatMap((clerk) => clerk.surprises),
]
await victim.stop()
for (const [title, names] of Object.entries({ lost, doubled, broken }))
  for (const name of names.slice(0, 20)) say(`${title}: ${name}`)
const retried = written().filter((write) => write.tries > 1).length
say(
  `kills=${kills} acknowledged=${acknowledged()} retried=${retried} lost=${lost.length} doubled=${doubled.length} broken=${broken.length} seed=${options.seed} seconds=${Math.round((performance.now() - startedAt) / 1000)}`,
)
process.exit(failure !== null || lost.length + doubled.length + broken.length > 0 ? 1 : 0)
