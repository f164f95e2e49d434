import pg from 'pg'

/** The text of every statement that this process sends to PostgreSQL until `end`: what stands in one was never a parameter. */
export function recordStatements(): { readonly texts: readonly string[]; end(): void } {
  const texts: string[] = []
  const own = pg.Client.prototype.query
  const recording = function (this: pg.Client, ...asked: unknown[]): unknown {
    const [first] = asked
    const text = typeof first === 'string' ? first : (first as { text?: unknown }).text
    if (typeof text === 'string') texts.push(text)
    return Reflect.apply(own, this, asked)
  }
  pg.Client.prototype.query = recording as typeof own
  return {
    texts,
    end() {
      pg.Client.prototype.query = own
    },
  }
}
