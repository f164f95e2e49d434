import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { RendererBuild } from '@open-bcl/platform/pdf/typst.ts'
import * as store from './fleet.store.ts'

/**
 * Which program issues: sha256 over every source file that runs, and the renderer's own build. Two towns got other
 * people's papers because one machine ran a variant that nobody knew of (宗像市 2023, 高松市 2024), so the build is not a number
 * that somebody remembers to raise.
 */
export async function nodeBuild(renderer: RendererBuild): Promise<string> {
  const root = path.resolve(import.meta.dirname, '../..')
  const hash = createHash('sha256').update(renderer.build)
  for (const folder of ['core', 'platform', 'modules', 'apps/cloud']) {
    const files = (await readdir(path.join(root, folder), { recursive: true }))
      .filter((file) => file.endsWith('.ts') && !/\.(test|e2e)\.ts$|(^|\/)(testing|web)\//.test(file))
      .sort()
    for (const file of files) {
      const content = await readFile(path.join(root, folder, file))
      hash.update(`${folder}/${file} ${createHash('sha256').update(content).digest('hex')}\n`)
    }
  }
  return hash.digest('hex')
}

/** A server tells that it runs, and what. */
export async function reportNode(ctx: Ctx, build: string): Promise<void> {
  await store.insertNode(ctx.tx, {
    nodeId: uuidv7(ctx.now.getTime()),
    host: os.hostname(),
    build,
    startedAt: ctx.now,
  })
}

/** 展開の記録: from now on only this build issues. For the operator's command and the start on one machine. */
export async function recordRollout(ctx: Ctx, build: string): Promise<void> {
  await store.insertFleetBuild(ctx.tx, build, actorName(ctx.actor), ctx.now)
}

export async function fleetStanding(
  ctx: Ctx,
): Promise<{ readonly build: string | null; readonly nodes: readonly store.Node[] }> {
  return { build: await store.fleetBuild(ctx.tx), nodes: await store.listNodes(ctx.tx) }
}

/** Whether a server of this build may issue: it is the one that was rolled out last. */
export async function isOfFleet(ctx: Ctx, build: string): Promise<boolean> {
  return (await ctx.tx.once('fleet build', () => store.fleetBuild(ctx.tx))) === build
}
