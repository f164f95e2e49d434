import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { writeChunksAtomic } from './atomic-file.ts'

/**
 * Files in the format of age (https://age-encryption.org/v1), which any town opens with the public `age` tool. Both ways
 * stream: memory does not grow with the file.
 */
export type AgeKeyPair = { readonly identity: string; readonly recipient: string }

/** A pair of keys that nobody but this process knows. */
export async function newAgeKeyPair(): Promise<AgeKeyPair> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** True for `age1…`, to which a file can be encrypted. */
export function isAgeRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text)
    return text.startsWith('age1')
  } catch {
    return false
  }
}

/** The secret keys of a file as `age-keygen` writes it. */
export async function readAgeIdentities(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim())
  return lines.filter((line) => line !== '' && !line.startsWith('#'))
}

/** Something small for one key, whole in memory. */
export async function sealToRecipient(recipient: string, plain: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return await encrypter.encrypt(plain)
}

/** Throws when it was sealed to another key, or a byte of it was altered. */
export async function openWithIdentity(identity: string, sealed: Uint8Array): Promise<Uint8Array> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  return await decrypter.decrypt(sealed)
}

/** Writes the file whole or not at all. */
export async function writeAgeFile(
  file: string,
  recipients: readonly string[],
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  const plain = Readable.toWeb(Readable.from(chunks, { objectMode: false }))
  await writeChunksAtomic(file, await encrypter.encrypt(plain as ReadableStream<Uint8Array>))
}

/** The opened bytes. Throws when no identity opens the file, or a byte of it was altered. */
export async function* readAgeFile(file: string, identities: readonly string[]): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  const source = createReadStream(file)
  try {
    const plain = await decrypter.decrypt(Readable.toWeb(source) as ReadableStream<Uint8Array>)
    yield* plain as unknown as NodeStream<Uint8Array>
  } finally {
    source.destroy()
  }
}
