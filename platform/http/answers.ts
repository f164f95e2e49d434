/** A binary answer of an endpoint with `produces`. */
export type Binary = {
  readonly bytes: Uint8Array
  readonly fileName: string
  /** Where the endpoint says only `image/*`. */
  readonly mediaType?: string
}

/**
 * A file that is made while it is sent, after the transaction of its request: a part is read when the one before has left, in a
 * transaction of its own (`ctx.separately`). When a part fails the connection breaks, so that half a file never looks whole.
 */
export type Streamed = {
  readonly parts: () => AsyncIterable<Uint8Array>
  readonly fileName: string
}

/** JSON text, or a file: what is left to do is to send it. */
export type Ready = string | Binary | Streamed
