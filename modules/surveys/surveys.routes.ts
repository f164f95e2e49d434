import type { FastifyInstance } from 'fastify'
import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import * as areas from './areas.actions.ts'
import * as imports from './imports.actions.ts'
import * as importsContract from './imports.contract.ts'
import * as judgements from './judgements.actions.ts'
import * as judgementsContract from './judgements.contract.ts'
import * as papers from './papers.actions.ts'
import * as papersContract from './papers.contract.ts'
import * as photos from './photos.actions.ts'
import * as photosContract from './photos.contract.ts'
import * as plans from './plans.actions.ts'
import * as plansContract from './plans.contract.ts'
import * as search from './search.actions.ts'
import * as sheets from './sheets.actions.ts'
import * as sheetsContract from './sheets.contract.ts'
import * as tasks from './tasks.actions.ts'
import * as contract from './tasks.contract.ts'

/** `shelf`: where photos are kept; `engine` prints the papers. */
export function surveysRoutes(
  shelf: () => Promise<photos.FileShelf>,
  engine: Pick<PdfEngine, 'render'>,
): readonly Route[] {
  return [
    route(contract.listTasks, tasks.listTasks),
    route(contract.searchTasks, search.searchTasks),
    route(contract.mapTasks, tasks.mapTasks),
    route(contract.countTasks, tasks.countTasks),
    route(contract.countAreas, tasks.countAreas),
    route(contract.addTask, tasks.addTask),
    route(contract.getTask, tasks.getTask),
    route(contract.changeTask, tasks.changeTask),
    route(contract.claimTask, tasks.claimTask),
    route(contract.releaseTask, tasks.releaseTask),
    route(contract.assignTasks, tasks.assignTasks),
    route(contract.listAssignments, tasks.listAssignments),
    route(contract.undoAssignment, tasks.undoAssignment),
    route(contract.exportTasks, tasks.exportTasks),
    route(plansContract.makePlan, plans.makePlan),
    route(plansContract.listPlans, plans.listPlans),
    route(plansContract.changePlan, plans.changePlan),
    route(plansContract.addPlanArea, plans.addPlanArea),
    route(plansContract.removePlanArea, plans.removePlanArea),
    route(plansContract.addTeam, plans.addTeam),
    route(plansContract.changeTeam, plans.changeTeam),
    route(photosContract.addPhoto, async (ctx, input) => photos.addPhoto(ctx, await shelf(), input)),
    route(photosContract.getPhoto, async (ctx, input) => photos.getPhoto(ctx, await shelf(), input)),
    route(papersContract.printPapers, (ctx, input) => papers.printPapers(ctx, engine, input)),
    route(papersContract.addScan, async (ctx, input) => papers.addScan(ctx, await shelf(), input)),
    route(papersContract.listScans, papers.listScans),
    route(papersContract.getScan, async (ctx, input) => papers.getScan(ctx, await shelf(), input)),
    route(sheetsContract.recordSheet, sheets.recordSheet),
    route(sheetsContract.listSheets, sheets.listSheets),
    route(sheetsContract.confirmSheet, sheets.confirmSheet),
    route(sheetsContract.confirmSheets, sheets.confirmSheets),
    route(sheetsContract.stateResult, sheets.stateResult),
    route(sheetsContract.undoResult, sheets.undoResult),
    route(sheetsContract.getSpread, sheets.getSpread),
    route(judgementsContract.listPhotoCases, judgements.listPhotoCases),
    route(judgementsContract.judgePhotos, judgements.judgePhotos),
    route(judgementsContract.judgeArea, areas.judgeArea),
    route(judgementsContract.listAreaJudgements, areas.listAreaJudgements),
    route(judgementsContract.undoAreaJudgement, areas.undoAreaJudgement),
    route(importsContract.importResults, imports.importResults),
    route(contract.askAgain, tasks.askAgain),
    route(contract.cancelTask, tasks.cancelTask),
  ]
}

/** Page on which scans are read, with WebAssembly, which no other page of the staff may run. */
export const SCANS_PAGE = '/surveys/scans'

export function allowReading(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.url.split('?')[0] !== SCANS_PAGE) return
    const policy = reply.getHeader('content-security-policy')
    void reply.header('content-security-policy', `${String(policy)};script-src 'self' 'wasm-unsafe-eval'`)
  })
}
