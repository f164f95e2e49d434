import { createHash, randomBytes } from 'node:crypto'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { inCenterEach, inCenterOnce } from '@open-bcl/platform/db/tx.ts'
import { machineClosed, offerAt } from './availability.actions.ts'
import { aliveSince, inSession, seeSession, type Centre } from './center.actions.ts'
import type { Kiosk } from './center.ts'
import { centerLogCodes, centerProblems as problems } from './center.messages.ts'
import type { Challenge } from './challenge.ts'
import { spokenRefusal, townNotServed } from './codes.ts'
import { openIncident } from './incidents.actions.ts'
import * as incidents from './incidents.store.ts'
import type * as contract from './kiosk.contract.ts'
import type { OfferedKind, Refusal } from './kiosk.contract.ts'
import { askIssuer } from './relay.actions.ts'
import * as sessions from './sessions.store.ts'
import { finishSession, owedTo } from './settle.actions.ts'
import * as towns from './towns.store.ts'

/** A machine comes up: what was under way there is ended (money decided, issuing servers told), and what it owes is told. */
export async function recoverKiosk(
  centre: Centre,
  kiosk: Kiosk,
): Promise<OutputOf<typeof contract.recoverKiosk>> {
  await endOpenSessions(centre, kiosk)
  const { kioskId, name, place, usage } = kiosk
  return { kioskId, name, place, usage, payouts: await owedTo(centre, { kioskId }) }
}

/** 行政サービス was pressed. One person at one machine: an earlier session that is still open ends. */
export async function startSession(
  centre: Centre,
  kiosk: Kiosk,
): Promise<OutputOf<typeof contract.startSession>> {
  const now = centre.now()
  const [open, closed] = await inCenterEach(centre.pool, (tx) =>
    tx.together(
      () => sessions.listOpenSessions(tx, kiosk.kioskId),
      () => machineClosed(tx, centre, kiosk),
    ),
  )
  for (const earlier of open) await finishSession(centre, earlier, 'restart')
  if (closed !== null) return closed
  const sessionId = uuidv7(now.getTime())
  const [, all] = await inCenterEach(centre.pool, (tx) =>
    tx.together(
      () => sessions.insertSession(tx, sessionId, kiosk.kioskId, now),
      () => towns.listTowns(tx, todayInJapan(now)),
    ),
  )
  const { onlyMunicipality } = kiosk
  const list = all.filter((town) => onlyMunicipality === null || town.municipalityCode === onlyMunicipality)
  const prefectures = new Map<string, { municipalityCode: MunicipalityCode; name: string }[]>()
  for (const { prefecture, municipalityCode, name } of list) {
    prefectures.set(prefecture, [...(prefectures.get(prefecture) ?? []), { municipalityCode, name }])
  }
  return {
    kind: 'started',
    sessionId,
    prefectures: [...prefectures].map(([name, listed]) => ({ name, towns: listed })),
  }
}

async function endOpenSessions(centre: Centre, kiosk: Kiosk): Promise<void> {
  const open = await inCenterOnce(centre.pool, (tx) => sessions.listOpenSessions(tx, kiosk.kioskId))
  for (const sessionId of open) await finishSession(centre, sessionId, 'restart')
}

export async function keepSession(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId }: InputOf<typeof contract.keepSession>,
): Promise<OutputOf<typeof contract.keepSession>> {
  const nothing = async (): Promise<void> => undefined
  await seeSession(centre, kiosk, sessionId, nothing, nothing)
  return { kept: true }
}

/** What the town issues at this machine now: the centre's registry and calendars AND the issuing server's own word. */
export async function getTownMenu(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, municipalityCode }: InputOf<typeof contract.getTownMenu>,
): Promise<OutputOf<typeof contract.getTownMenu>> {
  const { routes, closed } = await seeSession(
    centre,
    kiosk,
    sessionId,
    (tx) => offerAt(tx, centre, kiosk, municipalityCode),
    async (_tx, _session, offered) => offered,
  )
  if (closed !== null) return closed
  const menu = await askMenus(centre, municipalityCode, routes)
  return menu.kind === 'refused'
    ? menu
    : { kind: 'open', name: menu.name, demonstration: menu.demonstration, kinds: menu.kinds }
}

type Menu = {
  readonly kind: 'open'
  readonly name: string
  readonly demonstration: boolean
  readonly kinds: OfferedKind[]
}

async function askMenus(
  centre: Centre,
  municipalityCode: MunicipalityCode,
  routes: readonly towns.Route[],
): Promise<Menu | Refusal> {
  if (routes.length === 0) return townNotServed
  const onDate = todayInJapan(centre.now())
  const asked = await Promise.allSettled(
    endpointsOf(routes).map(async (endpoint) => ({
      endpoint,
      menu: await askIssuer(centre, endpoint, 'getServiceMenu', { municipalityCode, onDate }),
    })),
  )
  const answers = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const [first] = answers
  if (!first) throw asked.find((result) => result.status === 'rejected')?.reason
  const kinds = answers.flatMap(({ endpoint, menu }) =>
    menu.closed === null
      ? menu.kinds.filter((kind) =>
          routes.some((route) => route.kind === kind.kind && route.endpoint === endpoint),
        )
      : [],
  )
  const closed = answers.find(({ menu }) => menu.closed !== null)?.menu.closed
  if (kinds.length === 0) return closed ? spokenRefusal(closed.code) : townNotServed
  const { name, demonstration } = first.menu
  return { kind: 'open', name, demonstration, kinds }
}

function endpointsOf(routes: readonly towns.Route[]): string[] {
  return [...new Set(routes.map((route) => route.endpoint))]
}

export async function getChallenge(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId }: InputOf<typeof contract.getChallenge>,
): Promise<OutputOf<typeof contract.getChallenge>> {
  const nonce = randomBytes(32).toString('base64url')
  const now = centre.now()
  const of = { kioskId: kiosk.kioskId, now, alive: aliveSince(centre) }
  const given = await inCenterOnce(centre.pool, (tx) => sessions.setChallenge(tx, sessionId, nonce, of))
  // Where it is not a session that waits for its card, whoever asks hears what it is.
  if (!given)
    await inSession(centre, kiosk, sessionId, async () => {
      throw new Problem(problems.wrongStep)
    })
  return { transactionId: sessionId, nonce, centerOrigin: centre.origin, issuedAt: now.toISOString() }
}

/**
 * The card proves that its holder is here; JPKI says that it is valid now; the issuing servers of the chosen town say
 * whether they know it. Certificate and serial number are held for this call only.
 */
export async function authenticate(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.authenticate>,
): Promise<OutputOf<typeof contract.authenticate>> {
  const { sessionId, municipalityCode } = input
  const signature = Buffer.from(input.signatureBase64, 'base64')
  const digest = createHash('sha256').update(municipalityCode).update(signature).digest()
  const begun = await seeSession(
    centre,
    kiosk,
    sessionId,
    (tx) =>
      tx.together(
        () => sessions.listIssuers(tx, sessionId),
        () => offerAt(tx, centre, kiosk, municipalityCode),
      ),
    async (_tx, session, [issuers, offered]) => ({ session, issuers, offered }),
  )
  const { session, offered } = begun
  if (offered.closed !== null) return offered.closed
  const { routes } = offered
  if (session.authenticatedAt !== null) {
    // The first answer was lost on its way: the same proof gets it again.
    if (session.proofDigest?.equals(digest) !== true) throw new Problem(problems.wrongStep)
    return await offer(centre, municipalityCode, routes, begun.issuers)
  }
  const challenge = challengeOf(centre, session)
  if (challenge === null) throw new Problem(problems.wrongStep)

  const certificateDer = Buffer.from(input.certificateBase64, 'base64')
  const checked = await centre.checkCard({ certificateDer, signature, challenge }, ({ nonce }) =>
    inCenterOnce(centre.pool, (tx) => sessions.useChallenge(tx, sessionId, nonce, centre.now())),
  )
  if (checked.kind === 'refused') {
    const { reason, code, doubt } = checked
    centre.log(centerLogCodes.cardRefused, {
      kioskId: kiosk.kioskId,
      reason: doubt === undefined ? reason : `${reason}/${doubt}`,
    })
    // A certificate JPKI does not know is that card's trouble; JPKI did answer.
    if (reason === 'cannot-confirm' && doubt !== 'unknown')
      await openIncident(centre, { kind: 'jpki-away', ...(doubt === undefined ? {} : { field: doubt }) })
    return spokenRefusal(code)
  }

  const found = await askIssuers(centre, municipalityCode, endpointsOf(routes), checked.key)
  if (found.kind === 'refused') return found
  await inSession(centre, kiosk, sessionId, async (tx) => {
    await tx.lastly(
      () => incidents.endIncidents(tx, ['jpki-away'], {}, centre.now()),
      ...found.issuers.map((issuer) => () => sessions.insertIssuer(tx, sessionId, issuer)),
      () => sessions.setAuthenticated(tx, sessionId, { municipalityCode, digest, at: centre.now() }),
    )
  })
  return await offer(centre, municipalityCode, routes, found.issuers)
}

export function challengeOf(centre: Centre, session: sessions.Session): Challenge | null {
  if (session.nonce === null || session.challengeIssuedAt === null) return null
  return {
    transactionId: session.sessionId,
    nonce: session.nonce,
    centerOrigin: centre.origin,
    issuedAt: session.challengeIssuedAt.toISOString(),
  }
}

/** Each issuing server of the town knows its own card holders; one that does not know the card is left out. */
async function askIssuers(
  centre: Centre,
  municipalityCode: MunicipalityCode,
  endpoints: readonly string[],
  certificate: { readonly issuerSki: string; readonly serial: string },
): Promise<{ readonly kind: 'known'; readonly issuers: sessions.SessionIssuer[] } | Refusal> {
  const asked = await Promise.allSettled(
    endpoints.map(async (endpoint) => {
      const exchangeSession = randomBytes(16).toString('hex')
      const card = { municipalityCode, sessionId: exchangeSession, certificate }
      const answer = await askIssuer(centre, endpoint, 'authenticateCard', card)
      return { endpoint, exchangeSession, answer }
    }),
  )
  const answers = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const issuers = answers
    .filter(({ answer }) => answer.kind === 'accepted')
    .map(({ endpoint, exchangeSession }) => ({ endpoint, exchangeSession }))
  if (issuers.length > 0) return { kind: 'known', issuers }
  const refused = answers.map(({ answer }) => answer).find((answer) => answer.kind === 'refused')
  if (refused) return spokenRefusal(refused.code)
  throw asked.find((result) => result.status === 'rejected')?.reason
}

async function offer(
  centre: Centre,
  municipalityCode: MunicipalityCode,
  routes: readonly towns.Route[],
  issuers: readonly sessions.SessionIssuer[],
): Promise<OutputOf<typeof contract.authenticate>> {
  const known = routes.filter((route) => issuers.some((issuer) => issuer.endpoint === route.endpoint))
  const menu = await askMenus(centre, municipalityCode, known)
  return menu.kind === 'refused' ? menu : { kind: 'accepted', kinds: menu.kinds }
}

export async function endSession(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, why }: InputOf<typeof contract.endSession>,
): Promise<OutputOf<typeof contract.endSession>> {
  const { kioskId } = kiosk
  await finishSession(centre, sessionId, why, kioskId)
  return { payouts: await owedTo(centre, { kioskId, sessionId }) }
}
