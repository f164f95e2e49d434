import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './files.actions.ts'
import * as contract from './files.contract.ts'

export type FileShelf = actions.FileShelf

/** `shelf`: where this process keeps files. */
export function filesRoutes(shelf: () => Promise<FileShelf>): readonly Route[] {
  return [route(contract.putFilePiece, async (ctx, input) => actions.putFilePiece(ctx, await shelf(), input))]
}
