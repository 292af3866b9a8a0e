/**
 * The text of a response, without a byte order mark; null when it has more than `maxBytes`, of which the rest is not read. What
 * is not UTF-8 is a TypeError if `isStrict`, and else is replaced.
 */
export async function readBody(response: Response, maxBytes: number, isStrict = false): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return new TextDecoder("utf-8", { fatal: isStrict }).decode(Buffer.concat(chunks));
}
