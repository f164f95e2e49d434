import type pg from 'pg'
import type { Tx } from './tx.ts'

let opened = 0

/**
 * Reads a long answer in batches, so that memory does not grow with it. The transaction serves nothing else while one batch
 * is being fetched, but may be asked other things between two of them.
 */
export async function* readInBatches<Row extends pg.QueryResultRow>(
  tx: Tx,
  text: string,
  params: readonly unknown[],
  size = 1_000,
): AsyncGenerator<Row[]> {
  const name = `batches_${++opened}`
  await tx.client.query(`declare ${name} no scroll cursor for ${text}`, [...params])
  for (;;) {
    const { rows } = await tx.client.query<Row>(`fetch ${size} from ${name}`)
    if (rows.length > 0) yield rows
    if (rows.length < size) break
  }
  await tx.client.query(`close ${name}`)
}
