import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { listNation } from '../municipalities/municipalities.actions.ts'
import type * as contract from './evacuees.contract.ts'
import { evacueesEvents as events, evacueesProblems as problems } from './evacuees.messages.ts'
import type { TownKeys } from './packet.ts'
import { cardText, fingerprint, makeTownKeys, readCard } from './sealing.actions.ts'
import * as store from './towns.store.ts'

export function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム'
}

/** The town's own keys; made when first asked for, so that nobody has to set anything up. */
export async function ownKeys(ctx: Ctx): Promise<TownKeys> {
  const keys = await ctx.keys()
  const known = await store.findKeys(ctx.tx, keys)
  if (known) return known
  const made = await makeTownKeys()
  if (await store.insertKeys(ctx.tx, keys, made, { at: ctx.now, by: actorName(ctx.actor) })) {
    await audit(ctx, events.keysMade)
    return made
  }
  return (await store.findKeys(ctx.tx, keys))!
}

/** Every town that people may be handed to: those of this installation, then those registered by hand. */
export async function townsOf(ctx: Ctx): Promise<store.Town[]> {
  const here = await store.listTownsHere(ctx.tx)
  const partners = await store.listPartners(ctx.tx)
  return [...here, ...partners.filter(({ code }) => !here.some((one) => one.code === code))]
}

/** A town with its keys; 422 when people cannot be handed to it. */
export async function requireTown(
  ctx: Ctx,
  code: string,
): Promise<store.Town & { readonly recipient: string; readonly signer: string }> {
  const town = (await townsOf(ctx)).find((one) => one.code === code)
  if (!town || town.recipient === null || town.signer === null) throw new Problem(problems.townNotReady)
  return { ...town, recipient: town.recipient, signer: town.signer }
}

export async function listTransferTowns(ctx: Ctx): Promise<OutputOf<typeof contract.listTransferTowns>> {
  const { recipient, signer } = await ownKeys(ctx)
  const own = { code: ctx.municipality, recipient, signer }
  const partners = await store.listPartners(ctx.tx)
  return {
    own: { card: cardText(own), fingerprint: fingerprint(own) },
    towns: (await townsOf(ctx)).map((town) => {
      const partner = town.way === 'file' ? partners.find(({ code }) => code === town.code) : undefined
      return {
        ...{ townCode: town.code, name: town.name, way: town.way, ready: town.recipient !== null },
        townVersion: partner?.version ?? 0,
        fingerprint:
          town.recipient === null || town.signer === null
            ? null
            : fingerprint({ code: town.code, recipient: town.recipient, signer: town.signer }),
        registered: partner ? { at: partner.at.toISOString(), by: partner.by } : null,
      }
    }),
  }
}

/** A town elsewhere, or its new keys. Whoever does it has compared the fingerprint by telephone. */
export async function registerTransferTown(
  ctx: Ctx,
  { card, confirmed }: InputOf<typeof contract.registerTransferTown>,
): Promise<OutputOf<typeof contract.registerTransferTown>> {
  const read = readCard(card)
  const national = read && listNation().get(read.code)
  if (!read || !national || read.code === ctx.municipality) throw new Problem(problems.cardUnreadable)
  if ((await store.listTownsHere(ctx.tx)).some(({ code }) => code === read.code))
    throw new Problem(problems.townHere)
  const seen = fingerprint(read)
  if (confirmed !== seen)
    throw new Problem(problems.impossible, [
      {
        pointer: '/confirmed',
        message: '電話で聞いた確認番号が、この文字の確認番号と違います。登録用の文字をもらい直してください',
      },
    ])
  const known = (await store.listPartners(ctx.tx)).find(({ code }) => code === read.code)
  const version = (known?.version ?? 0) + 1
  const name = `${national.prefecture}${national.fullName}`
  const partner = { ...read, name, version, at: ctx.now, by: labelOf(ctx) }
  if (!(await store.insertPartner(ctx.tx, partner, actorName(ctx.actor))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.partnerRegistered, { facts: { town: read.code, version, fingerprint: seen } })
  return { townCode: read.code, name }
}
